"""The places of a reading list."""

from __future__ import annotations

from app.ingest.formats.draft import ReadingDraft

from .reading import draft

LIST = "reading-lists/first.md"


def readings(*lines: str) -> list[tuple[str, str]]:
    found = draft("\n".join(("# First", "", *lines)), LIST)
    assert found.kind.value == "reading-list"
    return [(each.target, each.why) for each in found.readings]


def test_an_item_that_begins_with_a_link_is_a_place_with_its_reason() -> None:
    assert readings(
        "1. [The process](../guides/process.md) - the whole way *once*.",
        "2. [`disk`  full](../runbooks/disk.md#first): what may be deleted",
        "3. [Silent](silent.md)",
    ) == [
        ("guides/process.md", "the whole way once."),
        ("runbooks/disk.md", "what may be deleted"),
        ("reading-lists/silent.md", ""),
    ]


def test_places_may_stand_under_headings_and_in_loose_lists() -> None:
    lines = ("## Day one", "", "- [A](a.md)", "", "  because.", "", "- [B](b.md)", "", "## Day two", "", "- [C](c.md)")
    assert [target for target, _ in readings(*lines)] == [f"reading-lists/{name}.md" for name in "abc"]


def test_other_links_are_no_places() -> None:
    assert (
        readings(
            "See [this](other.md).",
            "",
            "- [outside](https://example.org/x) - elsewhere",
            "- first read [that](that.md)",
            "- [here](#below)",
            "- [out of the folder](../../x.md)",
            "- no link",
        )
        == []
    )


def test_a_document_named_twice_is_read_once() -> None:
    assert readings("- [A](a.md) - first", "- [A again](a.md) - second") == [("reading-lists/a.md", "first")]


def test_only_a_reading_list_has_places() -> None:
    assert draft("# Guide\n\n- [A](a.md) - why", "guides/guide.md").readings == ()
    assert draft("# List\n\n- [A](a.md) - why", LIST).readings == (ReadingDraft("reading-lists/a.md", "why"),)
