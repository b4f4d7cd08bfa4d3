"""The past incidents that are most like one, over what the reader may see, each with what can be said for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.db import Database
from app.errors import NotFound
from app.insight import curate
from app.insight import refresh as refreshing
from app.insight.opening import casebook
from app.insight.refresh import refresh
from app.insight.similar import Similar, to_document, to_text
from app.insight.weights import LEAST, PARTS
from app.library import IncidentProfile, User, pages
from app.migrations import upgrade
from app.settings import Settings, load
from app.viewer import ANONYMOUS, EVERYTHING, Viewer, member
from tests.insight.recurrences import ingest, postmortem
from tests.insight.stories import files, recurring, told, told_once

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EDITOR = member(1, "ada", frozenset(), frozenset({"editor"}))
TEAM = member(1, "ada", frozenset({"payments"}), frozenset({"editor"}))
LIBRARY = recurring(3) | told_once(12)
TITLE, TEXT = told("disk", 1)
FULL = postmortem(
    TITLE,
    "2025-06-01T10:00:00Z",
    ["Watch the free space | platform | 2025-07-01 | detect | open", "Rotate logs | platform | | prevent | done"],
    body=TEXT,
    resolved="2025-06-01T11:30:00Z",
    fixed_by="Deleted old debug logs.",
    services=["ledger"],
    alerts=["DiskFull"],
)
AGAIN = postmortem(
    "A disk without room",
    "2026-06-01T10:00:00Z",
    body=told("disk", 2)[1],
    services=["ledger"],
    alerts=["DiskFull"],
)
SECRET = {
    "audience": "team:payments",
    "services": ["ledger"],
    "alerts": ["DiskFull"],
    "causes": ["connections"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library whose incidents can be compared."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "content").mkdir()
    settings = load({}, data=folder / "data", content=(folder / "content",))
    database = Database(settings.database)
    upgrade(database)
    with database.write() as session:
        session.add(User(id=1, email="ada", password="", role="editor", teams=[], created=NOW, failures=0))
    ingest(database, settings, files(LIBRARY) | {"disk-1": FULL, "disk-2": AGAIN})
    refresh(database)
    database.close()
    return folder


@pytest.fixture
def library(made: Path, settings: Settings) -> Iterator[Database]:
    """The same library in the test's own folder."""
    shutil.copytree(made, settings.data.parent, dirs_exist_ok=True)
    database = Database(settings.database)
    yield database
    database.close()


def like(library: Database, id: str, viewer: Viewer = ANONYMOUS, limit: int = 5) -> tuple[Similar, ...]:
    with library.read() as session:
        return to_document(session, viewer, pages.document(session, EVERYTHING, id), limit)


def like_text(library: Database, text: str, viewer: Viewer = ANONYMOUS, **more: Any) -> tuple[Similar, ...]:
    with library.read() as session:
        return to_text(session, viewer, text, **more)


def ids(found: tuple[Similar, ...]) -> list[str]:
    return [each.document.id for each in found]


def plain(found: tuple[Similar, ...]) -> list[Any]:
    """All that a reader could learn."""
    return [
        (each.document.id, each.score, each.apart, each.parts, each.reasons, each.same, each.verdict, each.minutes)
        for each in found
    ]


def judge(library: Database, one: str, other: str, alike: bool, who: Viewer = EDITOR) -> None:
    with library.write() as session:
        curate.judge(session, who, one, other, alike, NOW)


def test_the_same_problem_comes_first_and_every_suggestion_has_a_strong_reason(library: Database) -> None:
    for id in ("disk-0", "memory-1", "quota-2"):
        found = like(library, id)
        assert {each.partition("-")[0] for each in ids(found)[:2]} == {id.partition("-")[0]}
        assert id not in ids(found)
        for each in found:
            assert any(reason.strong for reason in each.reasons)
            assert all(reason.kind and reason.text for reason in each.reasons)
            assert each.score >= LEAST


def test_a_score_is_the_weighted_sum_of_its_parts(library: Database) -> None:
    for each in like(library, "disk-1"):
        assert each.parts.keys() == PARTS.keys()
        assert all(0 <= alike <= 1 for alike in each.parts.values())
        assert each.score == pytest.approx(sum(PARTS[part] * alike for part, alike in each.parts.items()), abs=1e-3)


def test_a_suggestion_says_what_fixed_it_how_long_it_took_and_what_was_promised(library: Database) -> None:
    found = next(each for each in like(library, "disk-2") if each.document.id == "disk-1")
    assert (found.fixed_by, found.minutes) == ("Deleted old debug logs.", 90)
    assert [(action.title, action.status) for action in found.promised] == [
        ("Watch the free space", "open"),
        ("Rotate logs", "done"),
    ]
    nothing = next(each for each in like(library, "disk-1") if each.document.id == "disk-0")
    assert (nothing.fixed_by, nothing.minutes, list(nothing.promised)) == (None, None, [])


def test_the_reasons_name_what_both_have_and_show_the_sentences(library: Database) -> None:
    reasons = {each.kind: each for each in next(iter(like(library, "disk-2"))).reasons}
    assert reasons["cause"].text == "same cause: connections used up"
    assert reasons["alert"].text == "raised the same alert: DiskFull"
    assert reasons["service"].text == "same service: ledger"
    assert reasons["words"].text.startswith("both say “")
    for kind in ("mechanism", "words"):
        assert reasons[kind].here in TEXT + told("disk", 2)[1]
        assert reasons[kind].there in TEXT + told("disk", 2)[1]
        assert reasons[kind].here
        assert reasons[kind].there


def test_the_same_service_alone_suggests_nothing(library: Database, settings: Settings) -> None:
    names = {"x": "Wistful aardvarks", "y": "Zebras playing accordion"}
    both = {id: postmortem(title, body=f"{title}.", causes=[], services=["checkout"]) for id, title in names.items()}
    ingest(library, settings, both)
    refresh(library)
    assert "y" not in ids(like(library, "x"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "12:30\n--\n",
        "Pancakes for breakfast\nMix flour with milk, eggs and a pinch of salt.",
        "\ufeff",
        "x",
    ],
)
def test_for_a_text_about_something_else_there_is_nothing(library: Database, text: str) -> None:
    assert like_text(library, text) == ()


def test_what_came_once_is_like_nothing(library: Database) -> None:
    assert like(library, "lone-3") == ()


def test_a_pasted_text_is_compared_like_a_draft_with_its_title_first(library: Database) -> None:
    title, text = told("resolver", 9)
    found = like_text(library, f"{title}\n{text}")
    assert {id.partition("-")[0] for id in ids(found)} == {"resolver"}
    assert len(found) == 3
    assert ids(like_text(library, f"{title}\n{text}", limit=1)) == ids(found)[:1]


def test_what_a_live_alert_names_counts(library: Database) -> None:
    text = "Thumbnail hosts\nThe volume of the thumbnail hosts is full."
    plainly = {each.document.id: each.score for each in like_text(library, text)}
    named = {each.document.id: each for each in like_text(library, text, services=["ledger"], alerts=["DiskFull"])}
    assert named["disk-1"].score > plainly["disk-1"]
    assert "alert" in {reason.kind for reason in named["disk-1"].reasons}
    assert "alert" not in {reason.kind for reason in named["disk-0"].reasons}


def test_a_text_of_a_megabyte_is_compared_too(library: Database) -> None:
    title, text = told("resolver", 9)
    assert ids(like_text(library, f"{title}\n" + f"{text} " * 2000))[0].startswith("resolver")


def test_not_this_one_takes_a_suggestion_away_on_both_sides(library: Database) -> None:
    assert "disk-1" in ids(like(library, "disk-0"))
    judge(library, "disk-1", "disk-0", alike=False)
    assert "disk-1" not in ids(like(library, "disk-0"))
    assert "disk-0" not in ids(like(library, "disk-1"))
    assert "disk-2" in ids(like(library, "disk-0"))


def test_to_refuse_one_changes_not_how_the_others_stand(library: Database) -> None:
    before = {each.document.id: (each.score, each.apart) for each in like(library, "disk-0")}
    judge(library, "disk-1", "disk-0", alike=False)
    for each in like(library, "disk-0"):
        assert before.get(each.document.id, (each.score, each.apart)) == (each.score, each.apart)


def test_yes_the_same_comes_first_and_says_so(library: Database) -> None:
    assert "lone-3" not in ids(like(library, "disk-0"))
    judge(library, "disk-0", "lone-3", alike=True)
    for one, other in (("disk-0", "lone-3"), ("lone-3", "disk-0")):
        first = like(library, one)[0]
        assert (first.document.id, first.verdict) == (other, True)
        assert first.reasons[0].kind == "verdict"
        assert first.reasons[0].strong
    judge(library, "lone-3", "disk-0", alike=False)
    assert "lone-3" not in ids(like(library, "disk-0"))


def test_the_same_incident_told_twice_is_told_as_one(library: Database, settings: Settings) -> None:
    twin = postmortem("Thumbnail hosts without room", "2025-06-01T12:00:00Z", body=told("disk", 1)[1], services=[])
    later = postmortem("Thumbnail hosts without room", "2025-09-01T12:00:00Z", body=told("disk", 1)[1], services=[])
    undated = postmortem("Thumbnail hosts without room", body=told("disk", 1)[1], services=[])
    ingest(library, settings, files(LIBRARY) | {"disk-1": FULL, "twin": twin, "later": later, "undated": undated})
    refresh(library)
    found = {each.document.id: each.same for each in like(library, "disk-1")}
    assert (found["twin"], found["later"], found["undated"]) == (True, False, False)


def test_only_post_mortems_are_compared(library: Database, settings: Settings) -> None:
    runbook = "---\nkind: runbook\ntitle: Disk full\naudience: public\n---\n\n## Mitigation\n\nDelete logs.\n"
    ingest(library, settings, {"full": runbook})
    with pytest.raises(NotFound, match="Disk full is no post-mortem"):
        like(library, "full")


def test_an_incident_is_never_shown_to_who_may_not_see_it_and_changes_nothing_for_them(
    library: Database, settings: Settings
) -> None:
    asked = ("disk-0", "disk-1", "memory-0", "lone-2")
    text = "\n".join(told("disk", 9))
    before = [plain(like(library, id)) for id in asked], plain(like_text(library, text))
    stories = {f"secret-{number}": told("disk", 40 + number) for number in range(30)}
    ingest(library, settings, files(stories, **SECRET))
    refresh(library)
    assert ([plain(like(library, id)) for id in asked], plain(like_text(library, text))) == before
    assert ([plain(like(library, id, EDITOR)) for id in asked], plain(like_text(library, text, EDITOR))) == before
    assert any(id.startswith("secret") for id in ids(like(library, "disk-0", TEAM)))
    judge(library, "secret-0", "disk-0", alike=True, who=TEAM)
    judge(library, "secret-1", "disk-0", alike=False, who=TEAM)
    assert ([plain(like(library, id)) for id in asked], plain(like_text(library, text))) == before


def test_of_many_that_are_quite_the_same_the_first_by_id_are_shown_whoever_else_is_there(
    library: Database, settings: Settings
) -> None:
    ingest(library, settings, files({f"same-{number:03}": told("quota", 8) for number in range(150)}))
    refresh(library)
    before = ids(like(library, "same-100"))
    assert before == [f"same-{number:03}" for number in range(5)]
    ingest(library, settings, files({f"aaa-{number:02}": told("quota", 8) for number in range(9)}, **SECRET))
    refresh(library)
    assert ids(like(library, "same-100")) == before


def test_a_document_that_was_deleted_is_not_suggested(library: Database, settings: Settings) -> None:
    (settings.content[0] / "postmortems/disk-1.md").unlink()
    ingest(library, settings, {})
    refresh(library)
    assert "disk-1" not in ids(like(library, "disk-0"))
    assert "disk-2" in ids(like(library, "disk-0"))


def test_what_was_rewritten_is_compared_as_it_is_now(library: Database, settings: Settings) -> None:
    ingest(library, settings, {"disk-1": postmortem(*told("memory", 30)[:1], body=told("memory", 30)[1])})
    refresh(library)
    assert "disk-1" in ids(like(library, "memory-0"))
    assert "disk-1" not in ids(like(library, "disk-0"))


def test_an_incident_that_is_not_profiled_yet_is_compared_by_its_text(library: Database, settings: Settings) -> None:
    ingest(library, settings, files({"fresh": told("memory", 31)}))
    with library.read() as session:
        assert "fresh" not in casebook(session).places
    assert {id.partition("-")[0] for id in ids(like(library, "fresh"))} == {"memory"}


def test_an_empty_library_suggests_nothing(database: Database) -> None:
    assert like_text(database, "Anything\nat all") == ()


def test_profiles_are_made_once_and_again_only_for_what_changed(library: Database, settings: Settings) -> None:
    assert refresh(library) == 0
    ingest(library, settings, files({"memory-0": told("memory", 60), "more": told("memory", 61)}))
    told_of: list[tuple[int, int]] = []
    assert refresh(library, lambda done, total: told_of.append((done, total))) == 2
    assert told_of == [(2, 2)]
    assert refresh(library) == 0


def test_several_processes_make_the_profiles_that_one_makes(library: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept() -> list[tuple[str, int, bytes]]:
        asked = select(IncidentProfile.document_id, IncidentProfile.revision, IncidentProfile.data)
        with library.read() as session:
            return [(id, revision, data) for id, revision, data in session.execute(asked.order_by("document_id"))]

    before = kept()
    with library.write() as session:
        session.execute(delete(IncidentProfile))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    monkeypatch.setattr(refreshing, "SHARE", 1)
    assert refresh(library) == len(before)
    assert kept() == before
