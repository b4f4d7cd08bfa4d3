"""A viewer's question, answered: query -> engine -> rows."""
