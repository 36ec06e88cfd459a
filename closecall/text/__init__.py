"""Machines that read: pure Python, no Django, no storage of anybody's text."""
