"""Causes, services and severities that the text of a post-mortem suggests, each with the sentence that says so."""
