"""Pages of this room: insights, studies."""
