"""What the library knows about a pasted text, by the function that page, JSON and command call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.lookup.answer import LONGEST, Answer
from app.lookup.answer import answer as look_up
from app.search.engines.whoosh import open_reader
from app.viewer import ANONYMOUS, EVERYTHING, Viewer
from tests.web.published import TEAM_SERVICE, TEAM_WORDS, Published

Ask = Callable[..., Answer]


@pytest.fixture
def ask(published: Published) -> Iterator[Ask]:
    yield from _asking(published)


def _asking(site: Published) -> Iterator[Ask]:
    engine = open_reader(site.settings.index)
    with site.database.read() as session:

        def ask(text: str, viewer: Viewer = ANONYMOUS, removed: Any = ()) -> Answer:
            return look_up(session, engine, viewer, text, removed)

        yield ask
    engine.close()


def page(alertname: str, annotations: dict[str, str] | None = None, **labels: str) -> str:
    """What Alertmanager sends of one alert."""
    alert = {"status": "firing", "labels": {"alertname": alertname, **labels}, "annotations": annotations or {}}
    return json.dumps({"version": "4", "status": "firing", "commonLabels": alert["labels"], "alerts": [alert]})


def test_the_runbook_of_the_alert_comes_first_at_its_first_step_and_says_why(ask: Ask) -> None:
    found = ask(page("PgPoolSaturated", service="postgresql"))
    first = found.runbooks[0]
    assert first.document.id == "pool-exhausted"
    assert first.section is not None
    assert first.section.heading == "Stop the bleeding"
    assert first.why == ("same alert PgPoolSaturated",)
    assert first.command is not None
    assert first.command.text.startswith("psql -c")


def test_words_of_a_later_section_lead_to_the_first_step_all_the_same(own_site: Published) -> None:
    steps = "## Diagnosis\n\nIs the quagmire near?\n\n## Verification\n\nThe quagmire: gone. No quagmire.\n"
    own_site.write("runbooks/q.md", f"---\nkind: runbook\naudience: public\n---\n# Quagmire frobnicator\n\n{steps}")
    own_site.ingest()
    for said in _asking(own_site):
        found = said("error: quagmire in the frobnicator")
        assert [each.section and each.section.heading for each in found.runbooks] == ["Diagnosis"]


def test_a_link_in_an_annotation_finds_the_runbook_whose_file_it_names(ask: Ask) -> None:
    link = "https://wiki.example.org/runbooks/pool-exhausted"
    found = ask(page("SomethingNobodyNamed", {"runbook_url": link}))
    assert [each.document.id for each in found.runbooks] == ["pool-exhausted"]
    assert found.runbooks[0].why == ("the page links to it",)
    # The name of the alert still answers where there is no such file.
    assert ask(page("SomethingNobodyNamed", {"runbook_url": "https://wiki.example.org/x/unheard-of"})).runbooks == ()


def test_a_link_to_a_section_lands_there(ask: Ask) -> None:
    link = "https://wiki.example.org/runbooks/pool-exhausted.md#verify"
    first = ask(page("SomethingNobodyNamed", {"runbook_url": link})).runbooks[0]
    assert first.address.endswith("#s-verify")


def test_the_words_of_an_error_find_the_runbook_and_are_named_as_the_reason(ask: Ask) -> None:
    found = ask("2026-02-11 03:12:09 UTC [4122] FATAL:  sorry, too many clients already")
    assert found.runbooks[0].document.id == "pool-exhausted"
    assert found.runbooks[0].why[0].startswith("same words: ")
    assert "“clients”" in found.runbooks[0].why[0]


def test_a_name_that_a_page_spells_out_is_more_than_its_everyday_parts(own_site: Published) -> None:
    text = "---\nid: bills\nkind: runbook\naudience: public\n---\n# Paying bills\n\n## Diagnosis\n\nWas the quota {}?\n"
    own_site.write("runbooks/bills.md", text.format("spent, and which"))
    own_site.ingest()
    for said in _asking(own_site):
        assert said("error: ErrQuotaSpent").runbooks == ()
    own_site.write("runbooks/bills.md", text.format("spent (ErrQuotaSpent), and which"))
    own_site.ingest()
    for said in _asking(own_site):
        assert [each.document.id for each in said("error: ErrQuotaSpent").runbooks] == ["bills"]


def test_an_incident_is_not_told_for_two_words_alone(own_site: Published) -> None:
    text = "---\nid: carts\nkind: postmortem\naudience: public\n---\n# Carts\n\n## Summary\n\nA {}.\n"
    own_site.write("postmortems/carts.md", text.format("quagmire held the frobnicator"))
    own_site.ingest()
    for said in _asking(own_site):
        assert said("error: quagmire frobnicator").incidents == ()
        assert [each.document.id for each in said("error: held quagmire frobnicator").incidents] == ["carts"]


@pytest.mark.parametrize(
    "text",
    [
        page("BrokerDiskAlmostFull", {"summary": "A broker of the queue writes more than its disk holds."}),
        "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n",
        "what is for lunch",
        "",
        "\x00\x01",
    ],
)
def test_where_nothing_fits_nothing_is_claimed(ask: Ask, text: str) -> None:
    found = ask(text)
    assert found.runbooks == found.incidents == ()
    assert not found.found


def test_incidents_that_raised_the_alert_say_what_fixed_them_and_how_long_it_took(ask: Ask) -> None:
    past = ask(page("PgPoolSaturated", service="checkout")).incidents[0]
    assert past.document.id == "checkout-down"
    assert past.fixed_by == "Raised pool_size and ended the idle transactions."
    assert past.minutes == 107
    assert past.why == ("same alert PgPoolSaturated", "same service checkout")


def test_open_promises_are_told_and_settled_ones_are_not(ask: Ask) -> None:
    found = ask(page("PgPoolSaturated"))
    assert [each.action.title for each in found.actions] == ["Limit idle transactions", "Tell clients to wait"]
    assert found.actions[0].why == ("promised in an incident shown here",)


def test_the_owner_is_the_services_by_its_name_or_alias(ask: Ask) -> None:
    for name in ("postgresql", "postgres"):
        owner = ask(page("Whatever", service=name)).owner
        assert owner is not None
        assert (owner.service, owner.team, owner.listed) == ("postgresql", "databases", True)
        assert owner.team_title == "Databases"


def test_a_service_that_no_catalog_names_is_still_told(ask: Ask) -> None:
    owner = ask(page("Whatever", service="basketry", team="baskets")).owner
    assert owner is not None
    assert (owner.service, owner.listed, owner.team) == ("basketry", False, "baskets")
    assert owner.why == "the page says so"


def test_what_was_taken_away_counts_for_nothing(ask: Ask) -> None:
    text = page("PgPoolSaturated", service="checkout")
    found = ask(text, removed=[("alert", "PgPoolSaturated")])
    assert all("same alert PgPoolSaturated" not in each.why for each in found.runbooks)
    assert "PgPoolSaturated" not in found.understood.alerts


def test_hidden_documents_and_services_answer_only_those_who_may_see_them(ask: Ask) -> None:
    text = page(TEAM_WORDS["alert"], service=TEAM_SERVICE)
    outside, inside = ask(text), ask(text, EVERYTHING)
    assert outside.runbooks == outside.incidents == outside.actions == ()
    assert outside.owner is not None
    assert (outside.owner.listed, outside.owner.team) == (False, None)
    assert inside.runbooks[0].document.id == "ledger"
    assert inside.incidents[0].document.id == "ledger-stuck"
    assert [each.action.title for each in inside.actions] == [f"Replace the {TEAM_WORDS['action']}"]
    assert inside.owner is not None
    assert inside.owner.team == "platform"


def test_a_secret_is_masked_before_anything_sees_it(ask: Ask) -> None:
    secret = "hunter2hunter2"
    found = ask(f"login failed with PASSWORD={secret}\nFATAL: sorry, too many clients already")
    assert found.masked == 1
    assert secret not in repr(found)
    assert found.runbooks[0].document.id == "pool-exhausted"


def test_what_is_pasted_is_never_an_operator(ask: Ask) -> None:
    plain = ask("sorry, too many clients already")
    odd = ask('-sorry "too many" clients already OR kind:guide before:2001-01-01')
    assert plain.runbooks[0].document.id == odd.runbooks[0].document.id == "pool-exhausted"


def test_an_alert_that_came_with_a_new_runbook_is_known_at_once(own_site: Published) -> None:
    for said in _asking(own_site):
        assert said("is it BasketSlow?").runbooks == ()
    own_site.write(
        "runbooks/basket.md", "---\nkind: runbook\naudience: public\nalerts: [BasketSlow]\n---\n# Basket\n\nWait.\n"
    )
    own_site.ingest()
    for said in _asking(own_site):
        assert said("is it basketslow?").runbooks[0].why == ("same alert BasketSlow",)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "word " * 200_000,
        '{"a":' * 200_000,
        '"' * 300_000,
        "".join(f"w{number} " for number in range(60_000)),
        "\u202e\u200f" * 200_000,
        "at a.b.C(D.java:1)\n" * 50_000,
        "a=b " * 200_000,
        "password=" * 100_000,
        "https://" * 100_000,
        "[masked: x" * 50_000,
        "日本語" * 200_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_any_text_is_answered_and_says_what_was_cut(ask: Ask, text: str) -> None:
    found = ask(text)
    assert found.cut == (len(text) > LONGEST)
