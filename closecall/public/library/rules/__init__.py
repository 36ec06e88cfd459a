"""Pure rules: what a released text is, and what a person's query means."""
