"""The reporter's pages: share, return, leave, safety."""
