"""Other systems' files, read as values."""
