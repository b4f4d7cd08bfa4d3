"""What is read, and what is not: sources, parts of them, links, hidden and odd names."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from app.errors import Invalid, NotFound, Unavailable
from app.ingest import sources
from app.ingest.formats.encoding import MOST_BYTES
from app.ingest.sources import Scope, Source
from app.settings import Settings, load

from .library import write


def paths(folder: Path, under: str = "") -> list[str]:
    return list(sources.listing(Scope(Source("content", folder), under)).files)


def test_without_a_path_every_configured_source_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"content/a.md": "", "handbook/b.md": ""})
    settings = load({}, content=(tmp_path / "content", tmp_path / "handbook"))
    assert [(scope.source.name, scope.under) for scope in sources.scopes(settings, ())] == [
        ("content", ""),
        ("handbook", ""),
    ]


def test_a_path_inside_a_source_is_that_part_of_it(settings: Settings, content: Path) -> None:
    write(content, {"runbooks/a.md": ""})
    source = Source("content", content)
    assert sources.scopes(settings, [content / "runbooks"]) == (Scope(source, "runbooks"),)
    assert sources.scopes(settings, [content / "runbooks/a.md"]) == (Scope(source, "runbooks/a.md"),)
    assert sources.scopes(settings, [content / "runbooks/.." / "runbooks"]) == (Scope(source, "runbooks"),)
    assert sources.scopes(settings, [content]) == (Scope(source),)


def test_what_is_named_twice_is_read_once(settings: Settings, content: Path) -> None:
    write(content, {"runbooks/a.md": ""})
    named = [content / "runbooks", content, content / "runbooks/a.md", content]
    assert sources.scopes(settings, named) == (Scope(Source("content", content)),)


def test_any_other_folder_becomes_a_source(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path, {"handbook/deep/a.md": ""})
    folder = tmp_path / "handbook"
    assert sources.scopes(settings, [folder]) == (Scope(Source("handbook", folder)),)
    assert sources.scopes(settings, [folder], "manual") == (Scope(Source("manual", folder)),)
    assert sources.scopes(settings, [folder / "deep/a.md"]) == (Scope(Source("deep", folder / "deep"), "a.md"),)


@pytest.mark.parametrize(
    ("named", "name", "error", "says"),
    [
        (["nowhere"], None, NotFound, "ingest the folder that it was in"),
        (["content/gone.md"], None, NotFound, "ingest the folder that it was in"),
        (["content/.git"], None, Invalid, "hidden"),
        (["content"], "other", Invalid, "leave out the name other"),
        (["."], None, Invalid, "holds the source content"),
        (["elsewhere"], "content", Invalid, "give .* another one with --source"),
        (["one/notes", "two/notes"], None, Invalid, "one at a time"),
        (["one/notes", "elsewhere"], "same", Invalid, "one at a time"),
        ([], "name", Invalid, "name the folder too"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(
    settings: Settings, tmp_path: Path, named: list[str], name: str | None, error: type[Exception], says: str
) -> None:
    write(tmp_path, {"content/.git/a.md": "", "elsewhere/a.md": "", "one/notes/a.md": "", "two/notes/a.md": ""})
    with pytest.raises(error, match=says):
        sources.scopes(settings, [tmp_path / path for path in named], name)


def test_a_configured_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="correct HINDSIGHT_CONTENT"):
        sources.scopes(load({}, content=(tmp_path / "gone",)), ())
    with pytest.raises(Unavailable, match="nothing was changed"):
        paths(tmp_path / "gone")


def test_files_are_listed_in_the_order_of_their_paths(content: Path) -> None:
    write(content, {"b.md": "", "a/z.md": "", "a-b/y.md": "", "a.md": "12345"})
    assert paths(content) == ["a-b/y.md", "a.md", "a/z.md", "b.md"]
    found = sources.listing(Scope(Source("content", content))).files["a.md"]
    assert (found.size, found.mtime_ns) == (5, (content / "a.md").stat().st_mtime_ns)


def test_hidden_files_and_folders_are_not_read(content: Path) -> None:
    write(content, {".git/a.md": "", "b/.cache/c.md": "", ".hidden.md": "", "seen.md": ""})
    assert paths(content) == ["seen.md"]


def test_a_part_is_read_alone_with_what_the_folders_above_say(content: Path) -> None:
    write(content, {"a/_index.md": "", "a/b/c.md": "", "a/b/d/_index.md": "", "a/e.md": "", "_index.md": ""})
    found = sources.listing(Scope(Source("content", content), "a/b"))
    assert list(found.files) == ["a/b/c.md", "a/b/d/_index.md"]
    assert sorted(found.indexes) == ["_index.md", "a/_index.md", "a/b/d/_index.md"]


def test_links_that_lead_out_are_told_and_not_followed(content: Path, tmp_path: Path) -> None:
    write(tmp_path, {"secret.md": "# Secret", "outside/a.md": "", "content/a.md": ""})
    (content / "b.md").symlink_to(tmp_path / "secret.md")
    (content / "c").symlink_to("../outside")
    (content / "d.md").symlink_to("nothing.md")
    found = sources.listing(Scope(Source("content", content)))
    assert list(found.files) == ["a.md"]
    assert [(problem.file, problem.level) for problem in found.problems] == [
        ("b.md", "warning"),
        ("c", "warning"),
        ("d.md", "warning"),
    ]
    with pytest.raises(OSError, match="leads out"):
        sources.beside(Source("content", content), "b.md")


def test_links_within_a_source_are_read_once_and_never_in_a_circle(content: Path) -> None:
    write(content, {"a/b.md": ""})
    (content / "a/again").symlink_to("..")
    (content / "c.md").symlink_to("a/b.md")
    (content / "d").symlink_to("a")
    found = sources.listing(Scope(Source("content", content)))
    assert (list(found.files), found.problems) == (["a/b.md"], [])


def test_what_kubernetes_mounts_is_read(content: Path) -> None:
    write(content, {"..2026_03_04/a.md": "# A", "..2026_03_04/deep/b.md": "# B"})
    (content / "..data").symlink_to("..2026_03_04")
    (content / "a.md").symlink_to("..data/a.md")
    (content / "deep").symlink_to("..data/deep")
    found = sources.listing(Scope(Source("content", content)))
    assert list(found.files) == ["a.md", "deep/b.md"]
    assert sources.read(found.files["a.md"].file) == b"# A"


def test_a_listed_file_that_became_a_link_is_not_read(content: Path, tmp_path: Path) -> None:
    write(tmp_path, {"secret.md": "secret", "content/a.md": "", "content/b/c.md": ""})
    found = sources.listing(Scope(Source("content", content))).files
    (content / "a.md").unlink()
    (content / "a.md").symlink_to(tmp_path / "secret.md")
    (content / "b").rename(content / "e")
    (content / "b").symlink_to("e")
    for path in ("a.md", "b/c.md"):
        with pytest.raises(OSError, match="link"):
            sources.read(found[path].file)


def test_only_files_are_read(content: Path) -> None:
    os.mkfifo(content / "pipe.md")
    assert paths(content) == []


def test_a_name_that_is_no_text_is_a_problem(content: Path) -> None:
    (content / os.fsdecode(b"caf\xe9.md")).write_text("# Coffee")
    write(content, {"a.md": ""})
    found = sources.listing(Scope(Source("content", content)))
    assert list(found.files) == ["a.md"]
    assert [(problem.file, problem.problem) for problem in found.problems] == [
        ("caf\N{REPLACEMENT CHARACTER}.md", "The name is not UTF-8.")
    ]


def test_names_are_compared_with_their_letters_composed(content: Path) -> None:
    name = "caf\N{LATIN SMALL LETTER E WITH ACUTE}.md"
    write(content, {unicodedata.normalize("NFD", name): "# Coffee"})
    found = sources.listing(Scope(Source("content", content)))
    assert list(found.files) == [name]
    assert sources.read(found.files[name].file) == b"# Coffee"
    write(content, {name: "# Tea"})
    found = sources.listing(Scope(Source("content", content)))
    assert (list(found.files), [problem.file for problem in found.problems]) == ([name], [name])


def test_a_folder_that_cannot_be_looked_into_is_told(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path is longer than the system can open, which not even root may ignore."""
    write(content, {"a.md": ""})
    monkeypatch.chdir(content)
    for _ in range(20):
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    Path("deep.md").touch()
    found = sources.listing(Scope(Source("content", content)))
    assert list(found.files) == ["a.md"]
    assert [problem.level for problem in found.problems] == ["error"]
    assert found.unread
    assert found.problems[0].file == found.unread[0]


def test_a_huge_file_is_read_only_as_far_as_a_reader_would_take_it(content: Path) -> None:
    with (content / "a.md").open("wb") as file:
        file.truncate(50_000_000)
    found = sources.listing(Scope(Source("content", content))).files["a.md"]
    assert (found.size, len(sources.read(found.file))) == (50_000_000, MOST_BYTES + 1)
