"""A pasted page: what it is, and what the library knows about it."""
