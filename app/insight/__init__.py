"""What the library knows beyond single documents: similar incidents, recurring patterns, tags that texts suggest."""
