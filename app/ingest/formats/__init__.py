"""The readers, by the ending of a file's name. A new format is a module with a Reader and a line here."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from app.ingest.formats import markdown
from app.ingest.formats.draft import Problem, RawFile, Reader, Reading

READERS: dict[str, Reader] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
}

# Files that stand beside documents and are none.
_BESIDE = re.compile(
    r"_index|readme.*|licen[cs]es?.*|contributing.*|changelog.*|code[_-]of[_-]conduct.*|owners.*|codeowners|security|summary|\..*",
    re.I,
)


def reader_of(path: str, data: bytes = b"") -> Reader | None:
    """The reader for a file, or None where it is no document and need not be one."""
    name = PurePosixPath(path)
    if _BESIDE.fullmatch(name.stem if name.suffix.lower() in READERS else name.name):
        return None
    # A document whose ending was forgotten: its first line says that it is Markdown.
    if not name.suffix.isascii() or " " in name.suffix or not name.suffix:
        return markdown.read if data.startswith((b"# ", b"---\n")) else None
    return READERS.get(name.suffix.lower())


def read(raw: RawFile) -> Reading:
    """What comes of one file: a draft, problems, or nothing because it is no document. Never an exception."""
    reader = reader_of(raw.path, raw.data)
    if reader is None:
        return Reading(skipped=True)
    try:
        return reader(raw)
    except Exception as error:  # one file must not keep its neighbours out
        problem = f"The file could not be read ({type(error).__name__})."
        return Reading(
            problems=(Problem(problem, "Report it with the file; the last good version stays.", level="error"),)
        )
