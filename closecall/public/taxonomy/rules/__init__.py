"""Packs as values: read, checked, frozen."""
