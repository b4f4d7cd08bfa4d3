"""From bytes to text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from app.ingest.formats.draft import Problem

MOST_BYTES = 5_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BREAKS = re.compile(r"\r\n?")


def decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """A file's text with `\\n` at line ends, and what was wrong with it; an error means that it is no text."""
    if len(data) > MOST_BYTES:
        return "", (
            _error(
                f"The file is larger than {MOST_BYTES // 1_000_000} MB.",
                "Split it, or keep it elsewhere and link to it.",
            ),
        )
    text, problems = _decoded(data)
    if "\0" in text:
        return "", (_error("The file holds NUL bytes; it is not text.", "Save it as text in UTF-8."),)
    controls = len(_CONTROLS.findall(text))
    if controls * 20 > len(text):
        return "", (
            _error("More than 5 % of the file are control characters; it is not text.", "Save it as text in UTF-8."),
        )
    if "\r" in text:
        text = _BREAKS.sub("\n", text)
    return text, problems


def name(path: str) -> str:
    """A path as names are compared: composed, so that a file from another system keeps its identity."""
    return unicodedata.normalize("NFC", path)


def _decoded(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            # What a damaged file holds beside text becomes U+FFFD: visible, and no reason to lose the rest.
            return data[len(mark) :].decode(codec, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("cp1252", "replace")
    return text, (Problem("The file is not UTF-8; it was read as Windows-1252.", "Save it as UTF-8.", line),)


def _error(problem: str, mend: str) -> Problem:
    return Problem(problem, mend, level="error")
