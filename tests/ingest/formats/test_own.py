"""Our own format, as docs/format.md describes it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest

from app.ingest.formats import fields, schema
from app.ingest.formats.draft import ActionDraft, CauseDraft, EventDraft, Moment, Name, Value
from app.text import yaml

from .reading import draft, problems, reading

ROOT = Path(__file__).parents[3]
FORMAT = (ROOT / "docs/format.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```markdown\n(.*?)\n```\n", FORMAT, re.S)[1]  # type: ignore[index]


def test_the_example_of_the_page_is_read_without_a_problem() -> None:
    found = draft(EXAMPLE, "postmortems/queue.md")
    assert found.problems == ()
    assert (found.id, found.kind, found.audience.value) == (
        "queue-2026-disk",
        Value("postmortem", "stated", 3),
        "organisation",
    )
    assert found.title == Value("Orders: the queue's disk filled up", "stated", 4)
    assert found.severity == Value("SEV2", "stated", 6)
    assert found.started == Value(Moment(datetime(2026, 3, 4, 22, 10, tzinfo=UTC)), "stated", 7)
    assert found.resolved == Value(Moment(datetime(2026, 3, 5, tzinfo=UTC), "day"), "stated", 10)
    assert found.services == (Name("orders", "stated", 11), Name("message-queue", "stated", 11))
    assert found.causes == (
        CauseDraft("capacity", "The disk was sized for one day of messages and held three.", "stated", 13),
    )
    assert found.summary.origin == "derived"
    assert found.events[0] == EventDraft(
        "The disk is full; new orders are refused", "2026-03-04 22:10", Moment(datetime(2026, 3, 4, 22, 10, tzinfo=UTC))
    )
    assert [event.moment.at.minute for event in found.events if event.moment] == [10, 31, 40]
    assert found.actions[0] == ActionDraft(
        title="Page when a consumer is off for an hour",
        kind="detect",
        owner="orders",
        due=date(2026, 4, 1),
        status="done",
        tracker="https://tracker.example.org/ORD-17",
        line=found.actions[0].line,
    )
    lines = EXAMPLE.split("\n")
    assert "Page when a consumer" in lines[(found.actions[0].line or 0) - 1]
    assert all(section.heading in lines[section.line - 1] for section in found.sections)


def test_the_page_lists_every_key_and_no_other() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ([\w, -]+) \| (.+) \|$", FORMAT, re.M)
    assert listed == [(field.name, ", ".join(field.kinds) or "all", field.help) for field in fields.TABLE]


def test_the_schema_in_docs_is_the_one_of_the_table() -> None:
    assert (ROOT / "docs/document.schema.json").read_text(encoding="utf-8") == schema.written()
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize(
    ("front", "valid"),
    [
        (EXAMPLE.split("---\n")[1], True),
        ("severity: {level: SEV2, origin: derived}", True),
        ("severity: {levle: SEV2}", False),
        ("started: 2026-03-04T22:10:00", False),
        ("kind: runbok", False),
        ("titel: x", False),
        ("kind: runbook\nseverity: SEV1", False),
        ("kind: runbook\nalerts: [A]", True),
        ("actions:\n  - title: x\n    status: perhaps", False),
    ],
)
def test_schema_and_reader_agree(front: str, valid: bool) -> None:
    data = yaml.load(front).data
    assert jsonschema.Draft202012Validator(json.loads(schema.written())).is_valid(data) == valid
    assert bool(problems(f"---\n{front}\n---\n\ntext", "postmortems/x.md")) != valid


def test_every_field_of_the_table_is_one_of_a_draft() -> None:
    assert {field.attribute for field in fields.TABLE} <= set(draft("x").__dataclass_fields__)


@pytest.mark.parametrize(
    ("front", "line", "problem"),
    [
        ("tilte: x", 2, "The key `tilte` is not known."),
        ("kind: runbok", 2, "`runbok` is no kind."),
        ("kind: postmortem\nstarted: 2026-03-04 22:10", 3, "`started: 2026-03-04 22:10` has no zone that is certain."),
        ("kind: postmortem\nstarted: last night", 3, "`started: last night` is no time."),
        ("id: a b", 2, "`a b` is no id."),
        ("reviewed: soon", 2, "`reviewed: soon` is no day."),
        ("source: javascript:x", 2, "`source` is no address on the web."),
        ("title: [a]", 2, "`title` holds a list or mapping."),
        ("kind: runbook\nseverity: SEV1", 3, "A runbook has no `severity`."),
        ("kind: postmortem\nactions:\n  - title: a\n    status: perhaps", 4, "`perhaps` is no status of an action."),
        ("kind: postmortem\nactions:\n  - owner: a", 4, "An action has no title."),
        ("kind: postmortem\ncauses:\n  - evidence: a", 4, "A cause has no name."),
        ("kind: postmortem\nseverity: {origin: derived}", 3, "`severity` holds no level."),
    ],
)
def test_a_wrong_value_is_a_warning_with_its_line_and_missing(front: str, line: int, problem: str) -> None:
    assert ("warning", line, problem) in problems(f"---\n{front}\n---\n\ntext")
    assert draft(f"---\n{front}\n---\n\ntext").started == Value()


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    assert [p.mend for p in reading("---\nfixed-bye: x\n---\n").problems] == ["Did you mean `fixed_by`?"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\na: &x 1\nb: *x\n---\n", 2, "anchor"),
        ("---\ntitle: a\ntitle: b\n---\n", 3, "twice"),
        ("---\ntitle: a: b\n---\n", 2, "YAML"),
        ("---\ntitle: a\n", 1, "not closed"),
        ("+++\ntitle = \n+++\n", 2, "TOML"),
        ("---\naudience: everyone\n---\n", 2, "no audience"),
    ],
)
def test_what_cannot_be_used_keeps_the_file_out(text: str, line: int, words: str) -> None:
    found = reading(text)
    assert found.draft is None
    assert [(p.level, p.line) for p in found.problems if words in p.problem] == [("error", line)]


def test_a_rule_of_dashes_is_no_front_matter() -> None:
    assert draft("---\n\ntext\n\n---\n\nmore").sections[0].text == "text\nmore"


def test_actions_in_the_front_matter_make_the_section_prose() -> None:
    text = "---\nkind: postmortem\nactions: [Do it]\n---\n\n## Action items\n\n- A note\n"
    assert [action.title for action in draft(text).actions] == ["Do it"]


def test_what_our_own_format_leaves_out_is_missing() -> None:
    text = (
        "---\nkind: postmortem\n---\n\n## Detection\n\nNot stated in the source.\n\n"
        "## Timeline\n\n- 2020-01-01 10:00 UTC - It began\n"
    )
    found = draft(text)
    assert found.detection == Value()
    assert found.started == Value()
    assert len(found.events) == 1


def test_a_link_to_another_document_stays_relative() -> None:
    assert 'href="../runbooks/x.md#a"' in draft("[x](../runbooks/x.md#a)").sections[0].html


def test_a_secret_is_masked_in_every_field() -> None:
    text = (
        '---\ntitle: "PASSWORD=hunter2"\ntested_with: PASSWORD=hunter2\n'
        "tags: [PASSWORD=hunter2]\n---\n\n# PASSWORD=hunter2\n\n"
        "PASSWORD=hunter2 `PASSWORD=hunter2`\n"
    )
    found = reading(text)
    assert "hunter2" not in repr(found)
    assert found.draft is not None
    assert found.draft.masked == 6
    assert [(p.line, p.problem) for p in found.problems][:2] == [
        (2, "A secret (password) was masked."),
        (3, "A secret (password) was masked."),
    ]


def test_comments_reach_no_section() -> None:
    found = draft("text <!-- unfinished: swordfish -->\n\n<!--\n## swordfish\n-->\n")
    assert all("swordfish" not in section.html + section.text + section.heading for section in found.sections)


@pytest.mark.parametrize(
    ("started", "time", "day"),
    [("2020-01-02T10:00:00Z", "09:50", 2), ("2020-01-02T00:10:00Z", "23:50", None), ("2020-01-02", "23:50", 2)],
)
def test_a_time_of_day_takes_the_day_of_the_incident_only_where_it_is_certain(
    started: str, time: str, day: int | None
) -> None:
    text = f"---\nkind: postmortem\nstarted: {started}\n---\n\n## Timeline (UTC)\n\n- {time} - first\n"
    assert [event.moment and event.moment.at.day for event in draft(text).events] == [day]
