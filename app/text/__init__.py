"""Pure functions on text: markup, sections, dates, durations, YAML, redaction."""
