"""Who may read what a folder holds: `audience` in the front matter of its `_index.md`, or of one further up."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from app.ingest import sources
from app.ingest.formats import encoding, fields, frontmatter
from app.ingest.formats.draft import Problem
from app.ingest.formats.values import Converter, Entry
from app.ingest.problems import FileProblem, error, told
from app.ingest.sources import Found
from app.text import redaction

KEPT_OUT = Problem(
    "What the `_index.md` of its folder says about the audience cannot be used.",
    "Correct the `_index.md`, or state `audience:` in this file.",
    level="error",
)
_MEND = "Correct it: until then, what lies in this folder and states no audience itself is kept out."


class Audiences:
    """`problems` grows with the `_index.md` files that cannot be used."""

    def __init__(self, indexes: Mapping[str, Found | None], default: str) -> None:
        self.problems: list[FileProblem] = []
        self._said: dict[str, str] = {}
        for path, found in indexes.items():
            said = self._read(path, found)
            if said is not None:
                self._said[posixpath.dirname(path)] = said
        self._default = default

    def of(self, path: str) -> str:
        """The audience that a file's folders give it. "" is nobody: a misspelt audience must not open a document."""
        folder = path
        while folder:
            folder = posixpath.dirname(folder)
            if folder in self._said:
                return self._said[folder]
        return self._default

    def _read(self, path: str, found: Found | None) -> str | None:
        try:
            if found is None:
                raise OSError("it is a link that is not followed")
            said, problems = _stated(sources.read(found.file))
        except OSError as why:
            self.problems.append(error(path, f"The file cannot be read ({why.strerror or why}).", _MEND))
            return ""
        self.problems += [told(path, problem) for problem in problems]
        return said


def _stated(data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """What an `_index.md` says: an audience, None for nothing, "" for what cannot be used."""
    text, problems = encoding.decode(data)
    text, _ = redaction.mask(text)
    front = frontmatter.split(text)
    broken = front.problem or next((problem for problem in problems if problem.level == "error"), None)
    if broken:
        # Another tool's front matter may well be none of ours; one that names an audience must be understood.
        if b"audience" not in data.replace(b"\0", b""):
            return None, ()
        return "", (Problem(broken.problem, _MEND, broken.line, level="error"),)
    if not front.data.get("audience"):
        return None, ()
    converter = Converter()
    value = converter.read(fields.BY_NAME["audience"], Entry("audience", front.data["audience"], front.line))
    return (value.value if value else ""), tuple(converter.problems)
