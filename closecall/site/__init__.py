"""What both wings stand on: pages, jobs, HTTP, cryptographic primitives, the audit chain."""
