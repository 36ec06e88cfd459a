"""Wiring: settings, database routing, addresses, the two WSGI applications."""
