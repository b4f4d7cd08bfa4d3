"""Pure functions on text: markup, sections, dates, YAML, redaction."""
