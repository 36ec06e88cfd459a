"""Who may do what, and whom an analyst trusts."""
