"""Filters of the desk's doors."""
