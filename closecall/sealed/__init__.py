"""What only analysts may open. Lives in the database "sealed"."""
