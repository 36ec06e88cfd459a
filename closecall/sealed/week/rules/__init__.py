"""Pure rules of the week's page."""
