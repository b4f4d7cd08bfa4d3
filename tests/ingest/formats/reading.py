"""Short hands for the tests of readers."""

from __future__ import annotations

from app.ingest.formats import read
from app.ingest.formats.draft import Draft, RawFile, Reading


def reading(text: str | bytes, path: str = "notes/file.md", source: str = "content") -> Reading:
    return read(RawFile(source, path, text.encode() if isinstance(text, str) else text))


def draft(text: str | bytes, path: str = "notes/file.md", source: str = "content") -> Draft:
    found = reading(text, path, source)
    assert found.draft is not None, found.problems
    return found.draft


def problems(text: str | bytes, path: str = "notes/file.md") -> list[tuple[str, int | None, str]]:
    return [(each.level, each.line, each.problem) for each in reading(text, path).problems]
