"""One command, which replaces one of Django's."""
