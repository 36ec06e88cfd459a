"""Stages of a study, seats at it, what carries over, and how things are called."""
