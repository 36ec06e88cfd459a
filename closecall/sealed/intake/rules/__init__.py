"""Pure rules of intake: no Django, no clock, no randomness of their own."""
