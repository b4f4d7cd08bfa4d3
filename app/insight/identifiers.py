"""Words that name something in a machine: error codes, settings, metrics, classes."""

from __future__ import annotations

import re
from functools import lru_cache

from app.search.analysis import parts, whole

LONGEST = 30
# Words that a hyphen joins are prose, and numbers are no name.
_PROSE = re.compile(r"[A-Za-z]?[a-z]+(?:-[A-Za-z]?[a-z]+)+|[\d.:,-]+")


@lru_cache(maxsize=100_000)
def identifier(raw: str) -> str:
    """What an identifier is compared by; empty where a word is none."""
    named = len(parts(raw)) > 1 and like_a_name(raw) and not _PROSE.fullmatch(raw)
    return (whole(raw) if named else None) or ""


def like_a_name(raw: str) -> bool:
    """An address or a path says too much to be shown as a whole."""
    return len(raw) <= LONGEST and "/" not in raw and "@" not in raw
