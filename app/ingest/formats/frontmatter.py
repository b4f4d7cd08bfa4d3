"""The front matter of a file: YAML between lines of `---`, or TOML between lines of `+++`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from app.ingest.formats.draft import Problem
from app.text import yaml

_OPENING = re.compile(r"\A(?P<fence>---|\+\+\+)[ \t]*\n")
_CLOSING = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M), "+++": re.compile(r"^\+\+\+[ \t]*$", re.M)}
_KEY_LINE = re.compile(r"[A-Za-z_][\w-]{0,60}:(?:\s|$)")
# `[masked: password]` is a list to YAML.
_MASKED = re.compile(r"\[masked: ([a-z -]{1,40})\]")


@dataclass(frozen=True)
class FrontMatter:
    """`data` maps keys to texts, lists and mappings of texts. `body` begins in line `first` of the file."""

    data: Mapping[str, Any]
    body: str
    first: int = 1
    lines: yaml.Loaded = field(default_factory=yaml.Loaded)
    problem: Problem | None = None

    def line(self, *path: str | int) -> int:
        return self.lines.line(*path)


def split(text: str) -> FrontMatter:
    """The front matter and what follows it. Where it cannot be used there is a problem, and no data."""
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter({}, text)
    fence = opening["fence"]
    closing = _CLOSING[fence].search(text, opening.end())
    if closing is None:
        # A line of dashes alone is a rule, not front matter.
        if fence == "---" and not _KEY_LINE.match(text, opening.end()):
            return FrontMatter({}, text)
        problem = _problem("The front matter is not closed.", f"Put a line of {fence} after it.", 1)
        return FrontMatter({}, text, problem=problem)
    raw = _MASKED.sub(r"(masked \1)", text[opening.end() : closing.start()])
    body = text[closing.end() :].removeprefix("\n")
    first = text.count("\n", 0, closing.end()) + 2
    try:
        loaded = yaml.load(raw, first_line=2) if fence == "---" else _toml(raw)
    except yaml.Unreadable as error:
        mend = "Correct that line. A text that holds `: ` or begins with a special sign has to stand in quotes."
        return FrontMatter({}, body, first, problem=_problem(f"The front matter {error}.", mend, error.line))
    if isinstance(loaded.data, dict):
        return FrontMatter(loaded.data, body, first, loaded)
    if loaded.data is None:
        return FrontMatter({}, body, first)
    return FrontMatter({}, text)


def _toml(raw: str) -> yaml.Loaded:
    """TOML in the shape that YAML has here: scalars as text."""
    try:
        data = tomllib.loads(raw)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise yaml.Unreadable(f"is no valid TOML: {error}", int(line[1]) + 1 if line else 2) from error
    loaded = yaml.Loaded({key: _text(value) for key, value in data.items()})
    for number, written in enumerate(raw.split("\n"), 2):
        if key := re.match(r"\s*\[{0,2}([\w-]+)", written):
            loaded.lines.setdefault((key[1],), number)
    return loaded


def _text(value: object) -> Any:
    if isinstance(value, dict):
        return {str(key): _text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_text(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, (datetime, date, time)) else str(value)


def _problem(problem: str, mend: str, line: int) -> Problem:
    return Problem(problem, mend, line, level="error")
