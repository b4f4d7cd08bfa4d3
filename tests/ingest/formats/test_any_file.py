"""Whatever lies in a content folder becomes a draft or a problem: never an exception, never a silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ingest.formats import markdown, read
from app.ingest.formats.draft import RawFile, Reading

from .reading import draft, problems, reading

PIECES = [
    b"---\n", b"+++\n", b"title: ", b"kind: postmortem\n", b"started: ", b"severity: {level: ",
    b"actions:\n  - ", b"causes: [", b"]\n", b"}\n", b"- ", b"| a | b |\n|-|-|\n", b"# ", b"## Timeline\n",
    b"## Action items\n", b"| Time | Event |\n|-|-|\n", b"2020-01-01 10:00 UTC", b"23:59", b"<!--", b"-->",
    b"```\n", b"\n", b"\r", b"\xff", b"\x00", b"\xef\xbb\xbf", b"&x", b"*x", b"<<", b": ", b"PASSWORD=hunter2",
    b"{{<", b"\xe2\x80\xae", b"\xed\xa0\x80", b"null", b"[x] ", b"    ", b"{#a}", b"| ", b"draft: ",
    b"resolved: true\n",
]  # fmt: skip
files = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(files, st.sampled_from(["a.md", "runbooks/B.md", "postmortems/2020-01-01-x.md", "PM2021-001 - x.md"]))
def test_any_bytes_are_a_draft_or_a_problem(data: bytes, path: str) -> None:
    # The reader itself, without the net that is spread below it.
    found = markdown.read(RawFile("content", path, data))
    assert (found.draft is not None) or found.problems
    if found.draft:
        assert "hunter2" not in repr(found.draft)
        assert {field.origin for field in vars(found.draft).values() if hasattr(field, "origin")} <= {
            "stated",
            "derived",
            "missing",
        }
        assert found.draft.title.value


@pytest.mark.parametrize(
    ("data", "level", "words"),
    [
        (b"a\x00b", "error", "NUL"),
        (b"\x01\x02\x03abc", "error", "control characters"),
        ("Größe".encode("cp1252"), "warning", "not UTF-8"),
        (b"x" * 5_000_001, "error", "larger than 5 MB"),
        (b"x" * 30_000, "warning", "shown as it was written"),
    ],
)
def test_bytes_that_are_no_plain_text(data: bytes, level: str, words: str) -> None:
    assert [(p[0], words in p[2]) for p in problems(data)] == [(level, True)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_in_any_common_encoding(codec: str) -> None:
    assert draft("# Größe\r\n\r\ntext\rmore\n".encode(codec)).title.value == "Größe"


def test_names_are_composed() -> None:
    assert draft("x", "runbooks/Gro\u0308\u00dfe.md").path == "runbooks/Gr\u00f6\u00dfe.md"


def test_an_error_in_a_reader_is_a_problem_of_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(raw: RawFile) -> Reading:
        raise RecursionError

    monkeypatch.setitem(read.__globals__["READERS"], ".md", fails)
    assert [(p.level, p.problem) for p in reading("x").problems] == [
        ("error", "The file could not be read (RecursionError).")
    ]


def test_the_whole_development_corpus_is_read(dev_corpus: Path) -> None:
    kinds: dict[str, int] = {}
    for folder in ("runbooks", "postmortems"):
        for file in sorted((dev_corpus / folder).rglob("*")):
            if file.is_file():
                found = read(RawFile(folder, file.relative_to(dev_corpus / folder).as_posix(), file.read_bytes()))
                kind = found.draft.kind.value if found.draft else "skipped" if found.skipped else "problem"
                kinds[str(kind)] = kinds.get(str(kind), 0) + 1
    assert kinds == {"runbook": 241, "postmortem": 46, "skipped": 9}


def test_our_own_content_is_read_without_a_problem() -> None:
    root = Path(__file__).parents[3] / "content"
    for file in sorted(root.rglob("*.md")):
        found = read(RawFile("content", file.relative_to(root).as_posix(), file.read_bytes()))
        assert found.skipped or found.draft, file
        assert found.problems == (), file
