"""Durations for people, in seconds for programs."""

from __future__ import annotations

import re

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b", re.I)


def written(seconds: int) -> str:
    """`1 h 47 min`, `47 min`, `3 d 2 h`, `40 s`: the two largest units that say something."""
    parts = [(seconds // 86_400, "d"), (seconds % 86_400 // 3_600, "h"), (seconds % 3_600 // 60, "min")]
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2]) or f"{seconds} s"


def seconds(text: str) -> int | None:
    """The seconds that a text such as `2h 5 minutes` states, or None where it states none."""
    parts = _PART.findall(text)
    return round(sum(float(count) * _UNITS[unit[0].lower()] for count, unit in parts)) if parts else None
