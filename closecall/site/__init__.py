"""What both wings stand on: pages, paper, jobs, HTTP, cryptographic primitives, the audit chain."""
