"""Queries, analysis and the engine protocol: what a search is, with no word on how an engine does it."""
