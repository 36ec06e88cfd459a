"""Close Call: officers share near misses, analysts make them safe to read, everybody learns."""

__version__ = "0.1.0"
