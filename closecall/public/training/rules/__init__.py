"""Pure rules: what a brief holds and how it is cut to one page."""
