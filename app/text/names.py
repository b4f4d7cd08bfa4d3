"""Names as they are compared."""

from __future__ import annotations


def folded(name: str) -> str:
    """A name whatever its capitals, blanks, dashes and underscores."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
