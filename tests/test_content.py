"""The library that is shipped: what every page of it owes its reader. The truth files beside it name its documents."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ingest import catalog, formats, sources
from app.ingest.checks import check
from app.ingest.formats.draft import Draft, RawFile
from app.settings import load
from tests.conftest import ROOT

CONTENT = ROOT / "content"
TRUTH = ROOT / "tests" / "truth"
SETTINGS = load({}, content=(CONTENT,))
SECOND_HAND = "second-hand accounts only; the primary source could not be read"
RUNBOOK = (
    "Symptoms", "How urgent", "First steps", "Mitigation", "Verification", "Escalation", "Keep for the post-mortem",
    "Prevention",
)  # fmt: skip
STEP = re.compile(r"^(\d+)\. ", re.M)
GO_TO = re.compile(r"\b(?:go (?:back |on )?to|continue (?:with|at)|back to) step (\d+)", re.I)
UNSAID = re.compile(r"\b(?:human error|should have|mistakenly|careless(?:ly)?|negligen(?:t|ce))\b", re.I)
# What a guide quotes to say why it is not written.
QUOTING = {"guides/when-leadership-wants-a-name.md", "guides/blameless-postmortems.md"}


def drafts() -> Iterator[Draft]:
    for path in sorted(CONTENT.rglob("*.md")):
        place = path.relative_to(CONTENT).as_posix()
        if found := formats.read(RawFile("content", place, path.read_bytes())).draft:
            yield found


DRAFTS = {draft.path: draft for draft in drafts()}
KINDS = {
    kind: [draft for draft in DRAFTS.values() if draft.kind.value == kind]
    for kind in ("postmortem", "runbook", "guide", "reading-list")
}


def named(kind: str) -> Any:
    return pytest.mark.parametrize("draft", KINDS[kind], ids=lambda draft: Path(draft.path).stem)


def entries(file: str, key: str) -> list[dict[str, Any]]:
    (source,) = sources.configured(SETTINGS)
    (data,) = (reading.data for reading in catalog.readings(source) if reading.name == file and reading.data)
    return list(data[key])


def truth(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TRUTH / name).read_text().splitlines()]


def test_nothing_is_wrong_in_it() -> None:
    assert check([CONTENT], SETTINGS).problems == ()


def test_there_is_enough_to_open_on_the_first_day() -> None:
    counted = {kind: len(found) for kind, found in KINDS.items()}
    least = {"postmortem": 60, "runbook": 45, "guide": 20, "reading-list": 8}
    assert {kind: count for kind, count in counted.items() if count < least[kind]} == {}


def test_everything_is_public_and_named_by_its_id() -> None:
    assert all(draft.audience.value == "public" for draft in DRAFTS.values())
    assert all(draft.id == Path(draft.path).stem for draft in DRAFTS.values())


@named("postmortem")
def test_a_post_mortem_says_where_its_facts_are_from(draft: Draft) -> None:
    assert draft.source_url.value
    assert draft.checked_against
    assert any(each.startswith("https://") or "http://" in each for each in draft.checked_against)
    assert SECOND_HAND not in draft.checked_against[1:]


@named("postmortem")
def test_a_post_mortem_has_what_is_looked_for_first(draft: Draft) -> None:
    assert [name for name in ("severity", "impact", "fixed_by") if getattr(draft, name).value is None] == []
    roles = {section.role for section in draft.sections}
    assert {"summary", "impact", "cause", "lessons"} <= roles
    assert draft.services
    assert draft.tags


@named("postmortem")
def test_each_cause_has_a_sentence_of_the_text_as_its_evidence(draft: Draft) -> None:
    text = " ".join(" ".join(section.text.split()) for section in draft.sections if section.role == "cause")
    assert len(draft.causes) >= 2
    assert [cause.name for cause in draft.causes if " ".join((cause.evidence or "?").split()) not in text] == []


@pytest.mark.parametrize("path", [path for path in DRAFTS if path not in QUOTING])
def test_nobody_is_blamed(path: str) -> None:
    assert [found[0] for section in DRAFTS[path].sections for found in UNSAID.finditer(section.text)] == []


def test_every_cause_of_the_taxonomy_is_met_at_least_twice() -> None:
    parents = {entry["name"]: entry["parent"] for entry in entries("taxonomy", "causes")}
    met = Counter(name for draft in KINDS["postmortem"] for name in {cause.name for cause in draft.causes})
    for name, parent in parents.items():
        met[parent or ""] += met[name]
    assert len(parents) >= 20
    assert [name for name in parents if met[name] < 2] == []


def test_incidents_reach_from_2010_to_this_year() -> None:
    years = {draft.started.value.at.year for draft in KINDS["postmortem"] if draft.started.value}
    assert sum(draft.started.value is None for draft in KINDS["postmortem"]) <= 2
    assert {2010, 2026} <= years
    assert len(years) >= 14


@named("runbook")
def test_a_runbook_has_every_part_that_is_needed_at_night(draft: Draft) -> None:
    headings = [section.heading for section in draft.sections]
    assert [part for part in RUNBOOK if part not in headings] == []
    assert draft.owner.value
    assert draft.tested_with.value
    assert draft.checked_against


@named("runbook")
def test_the_steps_are_numbered_through_and_lead_to_steps_that_are_there(draft: Draft) -> None:
    steps = [int(number) for number in STEP.findall(draft.body)]
    assert steps == list(range(1, len(steps) + 1))
    assert [number for number in GO_TO.findall(draft.body) if int(number) not in steps] == []


def test_alerts_answered_by_two_runbooks_are_known_to_be() -> None:
    answered = Counter(alert.name for draft in KINDS["runbook"] for alert in draft.alerts)
    assert len(answered) >= 80
    assert all(count <= 3 for count in answered.values())


@named("reading-list")
def test_a_reading_list_says_why_of_each_place(draft: Draft) -> None:
    assert len(draft.readings) >= 8
    assert [place.target for place in draft.readings if not place.why] == []
    assert [place.target for place in draft.readings if place.target not in DRAFTS] == []


def test_every_team_and_service_that_content_names_is_in_the_catalog() -> None:
    teams = {entry["name"] for entry in entries("services", "teams")}
    assert {draft.owner.value for draft in DRAFTS.values() if draft.owner.value} <= teams
    services = entries("services", "services")
    assert sum(bool(entry["depends_on"]) for entry in services) > len(services) / 2


def test_there_are_words_enough_for_what_people_type() -> None:
    assert len(entries("synonyms", "synonyms")) >= 250


def test_the_questions_of_the_truth_are_many_and_name_documents_that_are_there() -> None:
    questions = truth("queries.jsonl")
    assert len(questions) >= 150
    assert len({question["id"] for question in questions}) == len(questions)
    assert {path for question in questions for path in question["relevant"] if path not in DRAFTS} == set()


def test_the_patterns_of_the_truth_name_incidents_and_give_a_reason() -> None:
    patterns = json.loads((TRUTH / "patterns.json").read_text())
    for group in (*patterns["patterns"], *patterns["not_patterns"]):
        assert len(group["documents"]) >= 2
        assert group["reason"]
        assert {*group["documents"], *group.get("related", ())} <= DRAFTS.keys()
    assert len(patterns["patterns"]) >= 10
