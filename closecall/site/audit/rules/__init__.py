"""The chain's arithmetic."""
