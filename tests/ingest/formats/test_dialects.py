"""Files as other tools and organisations write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.ingest.formats.draft import Moment, Name, Value

from .reading import draft, reading


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC))


def on(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), "day")


def test_a_hugo_runbook() -> None:
    text = (
        "---\ntitle: Kube Quota\nweight: 20\naliases:\n  - /kubememquota/\n---\n\n"
        '# KubeMemoryQuota\n\n## Meaning\n\nFull. See [x]({{< ref "./B.md" >}}).\n\n'
        "## Diagnosis\n\nLook.\n"
    )
    found = draft(text, "kubernetes/KubeMemoryQuota.md")
    assert found.kind == Value("runbook", "derived")
    assert found.title == Value("Kube Quota", "stated", 2)
    assert [name.name for name in found.alerts] == ["KubeMemoryQuota", "kubememquota"]
    assert {name.origin for name in found.alerts} == {"derived"}
    assert found.old_paths == ("/kubememquota/",)
    assert [section.role for section in found.sections] == ["symptoms", "diagnosis"]
    assert 'href="./B.md"' in found.sections[0].html
    assert found.problems == ()


def test_hugo_with_toml() -> None:
    found = draft(
        '+++\ntitle = "Über"\nweight = 3\ndate = 2020-01-01T10:00:00Z\ntags = ["a", "b"]\ndraft = false\n+++\ntext\n'
    )
    assert found.title.value == "Über"
    assert found.title.line == 2
    assert found.tags == ("a", "b")
    assert found.problems == ()


def test_a_draft_is_left_out_and_told() -> None:
    found = reading("---\ntitle: x\ndraft: true\n---\n")
    assert (found.draft, found.skipped, len(found.problems)) == (None, True, 1)


def test_mkdocs() -> None:
    found = draft("---\ntitle: x\ntags: [a]\nsearch:\n  boost: 2\n  exclude: true\n---\n\ntext")
    assert (found.tags, found.problems) == (("a",), ())


def test_a_manual_of_gds() -> None:
    text = (
        "---\ntitle: Disk alert\nowner_slack: '#team'\nsection: Icinga alerts\n"
        "layout: manual_layout\nparent: /manual.html\nlast_reviewed_on: 2023-05-06\n"
        "review_in: 6 months\nold_paths:\n  - /old.html\n---\n\ntext"
    )
    found = draft(text)
    assert found.reviewed == Value(date(2023, 5, 6), "stated", 7)
    assert found.owner == Value("#team", "derived", 3)
    assert found.old_paths == ("/old.html",)
    assert found.problems == ()


def test_a_file_of_icco() -> None:
    text = (
        '---\nuuid: 1b2c\nurl: https://example.org/pm\narchive_url: ""\ntitle: Down\n'
        'start_time: 2020-01-02T03:04:05Z\nend_time: ""\n'
        "categories:\n  - config-change\nkeywords: [dns]\ncompany: Example\nproduct: Mail\n"
        "source_published_at: 2020-01-03\n"
        "source_fetched_at: 2021-01-01\nsummary: It was down.\n---\n\nIt was down for an hour.\n"
    )
    found = draft(text, "data/1b2c.md")
    assert found.id == "1b2c"
    assert found.kind == Value("postmortem", "derived")
    assert found.source_url.value == "https://example.org/pm"
    assert found.archive_url == Value()
    assert found.started.value == Moment(datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert found.resolved == Value()
    assert [cause.name for cause in found.causes] == ["config-change"]
    assert found.tags == ("dns", "Example", "Mail")
    assert found.summary == Value("It was down.", "stated", 15)
    assert found.problems == ()


def test_an_issue_of_cstate() -> None:
    text = (
        "---\ntitle: API down\ndate: 2018-04-13 16:54:02.651\nresolved: true\n"
        "resolvedWhen: 2018-04-13T17:30:00+02:00\nseverity: disrupted\n"
        "affected:\n  - API\nsection: issue\ninformational: false\n---\n\n"
        '*Resolved* - We fixed it. {{< track "2018-04-13 17:30:00" >}}\n'
    )
    found = draft(text)
    assert found.kind == Value("postmortem", "derived")
    # Without a zone only the day is certain.
    assert found.started == Value(on("2018-04-13"), "derived", 3)
    assert found.resolved == Value(at("2018-04-13T15:30"), "derived", 5)
    assert found.severity == Value("disrupted", "stated", 6)
    assert found.services == (Name("API", "stated", 8),)
    assert found.problems == ()
    assert "2018-04-13 17:30:00" in found.sections[0].text


DFDS = """# All services return 503

## Summary

On Tuesday 22nd June 2021, targets were lost. It took a while.

## Timeline

All times in UTC.

| Time             | Event                |
| :--------------- | -------------------- |
| 2021-06-22 08:21 | CNI replaced         |
| 2021-06-22 HH:mm | Something            |
| ?                | Resolved             |

## Contributing Factors

- One

## Action Items

- Create a test suite.
  - with this
- Guard it (done)
- None

## Stats

- Category: Kubernetes
- Time to detection: 8 minutes
"""


def test_a_file_name_with_number_and_title() -> None:
    found = draft(DFDS, "PM2021-005 - All services.md", "postmortems")
    assert found.id == "PM2021-005"
    assert found.title == Value("All services return 503", "stated", 1)
    assert found.kind == Value("postmortem", "derived")
    assert found.started == Value(on("2021-06-22"), "derived")
    assert found.tags == ("Kubernetes",)
    assert [(event.stated_time, event.moment) for event in found.events] == [
        ("2021-06-22 08:21", at("2021-06-22T08:21")),
        ("2021-06-22 HH:mm", on("2021-06-22")),
        ("?", None),
    ]
    assert [(action.title, action.status, action.line) for action in found.actions] == [
        ("Create a test suite.", None, 23),
        ("Guard it", "done", 25),
    ]
    assert found.summary == Value("On Tuesday 22nd June 2021, targets were lost. It took a while.", "derived", 3)


def test_a_document_without_an_ending_is_read_where_it_is_markdown() -> None:
    assert draft(DFDS, "PM2022-009 - Bad AWS image").id == "PM2022-009"
    assert reading("all:\n\techo", "Makefile").skipped


POSTHOG = """# Flags Outage - September 29, 2025

Internal post-mortem: <https://example.org/pull/120>

On September 29, 2025, flags failed for an hour.

**Severity:** Major (High Impact)

## Timeline

- **22:58 UTC** - Writer saturated

```
{"timestamp": "2025-09-29T22:54:16Z"}
```

- **23:02 UTC** - [Deployment](https://example.org/pull/1) made it worse
- **00:46 UTC** - Restored
- **00:40 UTC** - Out of order

## Remediation

### Immediate Actions (Completed)

- Timeouts moved to configuration

### Short-term Improvements ([Follow](https://example.org/issues/1))

- [ ] **Breaker**: add one, see [issue](https://example.org/issues/7). Owner: @ann, due: 2025-10-31
- ✅ Documentation
"""


def test_prose_with_a_day_in_its_title() -> None:
    found = draft(POSTHOG, "2025-09-29-flags-is-down.md", "post-mortems")
    assert found.started == Value(on("2025-09-29"), "derived")
    assert found.severity == Value("Major", "stated", 7)
    assert found.summary.value == "On September 29, 2025, flags failed for an hour."
    assert [event.moment for event in found.events] == [
        at("2025-09-29T22:58"),
        at("2025-09-29T23:02"),
        at("2025-09-30T00:46"),
        None,
    ]
    assert found.events[1].text == "Deployment made it worse"
    assert [(a.title, a.status, a.owner, a.due, a.tracker) for a in found.actions] == [
        ("Timeouts moved to configuration", "done", None, None, None),
        (
            "Breaker: add one, see issue. due: 2025-10-31",
            "open",
            "ann",
            date(2025, 10, 31),
            "https://example.org/issues/7",
        ),
        ("Documentation", "done", None, None, None),
    ]


def test_the_file_name_gives_title_and_day_where_the_text_has_none() -> None:
    found = draft("text of an incident\n", "postmortems/2025-09-29-flags-is-down.md")
    assert found.title == Value("Flags is down", "derived")
    assert found.started == Value(on("2025-09-29"), "derived")


SRE = """# Shakespeare Search

**Date**: 2015-10-21

**Status**: Complete, action items in progress

**Summary**: Search was down for 66 minutes.

**Impact**: Many queries lost.

**Trigger**: A latent bug.

**Resolution**: Traffic was directed elsewhere.

**Detection**: Borgmon detected a high level of errors.

## Action Items

| Action Item | Type | Owner | Bug |
|---|---|---|---|
| Update the playbook | mitigate | jennifer | n/a DONE |
| Use a flux capacitor | prevent | martym | [Bug 5554823](https://bugs.example.org/issues/5554823) TODO |

## Lessons Learned

### What went well

- Monitoring

### Where we got lucky

- Luck

## Timeline

2015-10-21 (all times UTC)

- 14:51 News reports
- 14:54 OUTAGE BEGINS
"""


def test_the_labels_of_the_sre_book() -> None:
    found = draft(SRE)
    assert found.kind == Value("postmortem", "derived")
    assert found.started == Value(on("2015-10-21"), "derived")
    assert (found.impact.value, found.impact.origin) == ("Many queries lost.", "stated")
    assert found.trigger.value == "A latent bug."
    assert found.fixed_by.value == "Traffic was directed elsewhere."
    assert found.detection.value == "Borgmon detected a high level of errors."
    assert [event.moment for event in found.events] == [at("2015-10-21T14:51"), at("2015-10-21T14:54")]
    assert [(a.title, a.kind, a.owner, a.status, a.tracker) for a in found.actions] == [
        ("Update the playbook", "mitigate", "jennifer", "done", None),
        ("Use a flux capacitor", "prevent", "martym", "open", "https://bugs.example.org/issues/5554823"),
    ]
    assert [s.role for s in found.sections if s.heading.startswith("W")] == ["went-well", "went-well"]


def test_the_headings_of_the_sre_template() -> None:
    text = (
        "# X\n\n### Date\n\n2020-02-03\n\n### Trigger\n\nA deploy. More.\n\n### Detection\n\n"
        "n/a\n\n## Timeline\n\nnothing\n\n## Lessons Learned\n\nx\n"
    )
    found = draft(text)
    assert found.started == Value(on("2020-02-03"), "derived")
    assert found.trigger == Value("A deploy. More.", "derived", 7)
    assert found.detection == Value()


@pytest.mark.parametrize("heading", ["October 29-30, 2025 - Latency", "Part 2"])
def test_a_heading_with_another_date_ends_the_day_in_force(heading: str) -> None:
    text = f"# Outage - October 21, 2025\n\n## Timeline\n\n- 10:00 UTC - a\n\n### {heading}\n\n- 11:00 UTC - b\n"
    assert [event.moment for event in draft(text, "postmortems/x.md").events] == [at("2025-10-21T10:00"), None]


@pytest.mark.parametrize(
    ("path", "source", "text", "kind"),
    [
        ("runbooks/a.md", "content", "x", "runbook"),
        ("postmortems/2020/a.md", "content", "x", "postmortem"),
        ("post-mortems/a.md", "content", "x", "postmortem"),
        ("reading-lists/a.md", "content", "x", "reading-list"),
        ("guides/a.md", "content", "x", "guide"),
        ("a.md", "runbooks", "x", "runbook"),
        ("a.md", "content", "## Meaning\n\nx\n\n## Mitigation\n\ny", "runbook"),
        ("a.md", "content", "## Timeline\n\nx\n\n## Root cause\n\ny", "postmortem"),
        ("a.md", "content", "x", "guide"),
    ],
)
def test_the_kind_comes_from_folder_then_headings_and_is_marked(path: str, source: str, text: str, kind: str) -> None:
    assert draft(text, path, source).kind == Value(kind, "derived")


@pytest.mark.parametrize(
    "path",
    [
        "_index.md",
        "a/README.md",
        "readme.de.md",
        "LICENSE",
        "LICENCE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "OWNERS",
        "a.png",
        "x.yml",
        ".hidden.md",
    ],
)
def test_files_beside_documents_are_skipped(path: str) -> None:
    assert reading("# text", path).skipped


def test_a_redirect_stub_is_a_document() -> None:
    assert (
        draft("# KubeOld\n\nThis alert has been moved to [here](New.md).\n", "runbooks/KubeOld.md").alerts[0].name
        == "KubeOld"
    )
