"""What comes from and goes to other systems: imports, exports, the API."""
