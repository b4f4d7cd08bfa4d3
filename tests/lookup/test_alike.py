"""A pasted page is also answered by incidents that tell the same in other words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.insight.keeping import keep_up
from app.lookup.answer import INCIDENTS, Answer
from app.lookup.answer import answer as look_up
from app.search.engines.whoosh import open_reader
from app.viewer import ANONYMOUS, EVERYTHING, Viewer
from tests.insight.recurrences import CATALOG
from tests.insight.stories import files, recurring, told, told_once
from tests.lookup.test_answer import page
from tests.web.published import Published, publish


@pytest.fixture(scope="module")
def told_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    texts = files(recurring(3) | told_once(12))
    texts |= files({f"secret-{number}": told("memory", 40 + number) for number in range(6)}, audience="team:payments")
    texts = {f"postmortems/{id}.md": text.replace("---\n", f"---\nid: {id}\n", 1) for id, text in texts.items()}
    site = publish(tmp_path_factory.mktemp("alike"), {**CATALOG, **texts})
    keep_up(site.database, site.settings.data)
    yield site
    site.close()


def ask(site: Published, text: str, viewer: Viewer = ANONYMOUS) -> Answer:
    engine = open_reader(site.settings.index)
    with site.database.read() as session:
        found = look_up(session, engine, viewer, text)
    engine.close()
    return found


def test_a_page_that_tells_the_problem_finds_the_incidents_with_their_reasons(told_site: Published) -> None:
    text = page("PlannerRestarts", {"description": " ".join(told("memory", 9))})
    found = ask(told_site, text).incidents
    assert 1 < len(found) <= INCIDENTS
    assert all(each.document.id.startswith("memory") and each.why and all(each.why) for each in found)
    assert len({each.document.id for each in found}) == len(found)


@pytest.mark.parametrize("text", ["", "ok", "Pancakes for breakfast: mix flour with milk and eggs, then fry them."])
def test_a_page_about_something_else_finds_none(told_site: Published, text: str) -> None:
    assert ask(told_site, text).incidents == ()


def test_hidden_incidents_answer_only_those_who_may_see_them(told_site: Published) -> None:
    text = page("PlannerRestarts", {"description": " ".join(told("memory", 42))})
    assert not any(each.document.id.startswith("secret") for each in ask(told_site, text).incidents)
    assert any(each.document.id.startswith("secret") for each in ask(told_site, text, EVERYTHING).incidents)
