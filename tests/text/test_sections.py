from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.roles import role_of
from app.text.sections import split

DOCUMENT = """# KubeX

Lead **text**.

## Meaning {#what}

It means.

### Details

More.

Impact
------

Bad.

```sh
# no heading
## Neither
```

## Impact

Again <!-- ## hidden -->

<!--
## Hidden too
-->
"""


def test_headings_become_sections_with_anchors_and_roles() -> None:
    found = [(s.level, s.anchor, s.explicit, s.heading, s.role, s.line) for s in split(DOCUMENT).sections]
    assert found == [
        (0, "top", False, "", "summary", 1),
        (2, "what", True, "Meaning", "symptoms", 5),
        (3, "details", False, "Details", "symptoms", 9),
        (2, "impact", False, "Impact", "impact", 13),
        (2, "impact-2", False, "Impact", "impact", 23),
    ]


def test_the_heading_that_names_the_document_is_no_section() -> None:
    result = split(DOCUMENT)
    assert (result.title, result.title_line) == ("KubeX", 1)
    assert result.sections[0].text == "Lead text."


def test_text_before_the_title_joins_the_lead() -> None:
    result = split("before\n\n# Title\n\nafter\n\n## Next\n\nx", "Title")
    assert [s.heading for s in result.sections] == ["", "Next"]
    assert result.sections[0].markdown.split() == ["before", "after"]


def test_several_headings_of_level_1_are_sections_where_their_words_say_so() -> None:
    result = split("# Symptoms\n\na\n\n# Mitigation\n\nb\n", "Disk full")
    assert [(s.heading, s.role) for s in result.sections] == [("Symptoms", "symptoms"), ("Mitigation", "mitigation")]


def test_a_comment_is_neither_shown_nor_searched_but_kept_in_the_markdown() -> None:
    last = split(DOCUMENT).sections[-1]
    assert "hidden" not in (last.html + last.text).lower()
    assert "Hidden too" in last.markdown


def test_a_nested_heading_keeps_the_role_above_unless_it_names_one() -> None:
    text = "## Timeline\n\n### October 21\n\nx\n\n### Root cause\n\ny\n\n## Attendees\n\nz"
    assert [s.role for s in split(text).sections] == ["timeline", "timeline", "cause", "other"]


def test_headings_inside_quotes_and_lists_are_text() -> None:
    assert [s.heading for s in split("> # quoted\n\n- # listed\n\n## Real\n").sections] == ["", "Real"]


@pytest.mark.parametrize("name", ["Location", "constructor", "__proto__", "Ünïcode", "日本", "---", "`code` & <b>"])
def test_anchors_are_slugs_of_ours(name: str) -> None:
    anchor = split(f"## {name}\n\nx").sections[-1].anchor
    assert re.fullmatch(r"[a-z0-9-]+", anchor)


def test_an_explicit_anchor_that_is_taken_gets_a_number() -> None:
    assert [s.anchor for s in split("## A {#x}\n\n## B {#x}\n\n## X\n").sections] == ["x", "x-2", "x-3"]


def test_ten_thousand_equal_headings_take_no_time() -> None:
    started = time.process_time()
    sections = split("## a\n\n" * 10_000).sections
    assert len({s.anchor for s in sections}) == 10_000
    assert time.process_time() - started < 5


def test_what_is_too_much_is_one_section_as_written() -> None:
    result = split("x" * 30_000)
    assert result.problem == "one of its lines is longer than 20,000 characters"
    assert result.sections[0].html.startswith("<pre>")


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Meaning", "symptoms"),
        ("Diagnosis", "diagnosis"),
        ("2. Stop the bleeding", "mitigation"),
        ("First steps", "diagnosis"),
        ("What Went Well", "went-well"),
        ("What went well?", "went-well"),
        ("Where we got lucky", "went-well"),
        ("What Didn’t Go Well", "went-badly"),
        ("What could have gone better?", "went-badly"),
        ("Decisions review", "decisions"),
        ("How urgent", "impact"),
        ("Contributing Factors (findings)", "cause"),
        ("Root Cause Analysis", "cause"),
        ("Root Causes", "cause"),
        ("Action Items", "actions"),
        ("Immediate Actions (Completed)", "actions"),
        ("Short-term Improvements ([Follow along](x))", "actions"),
        ("Follow-ups", "actions"),
        ("Lessons Learned", "lessons"),
        ("Prevention", "lessons"),
        ("Incident Timeline", "timeline"),
        ("Timeline (UTC)", "timeline"),
        ("Resolution", "resolution"),
        ("Detection", "detection"),
        ("Rollback", "rollback"),
        ("Rolling back", "rollback"),
        ("Verification", "verification"),
        ("Escalation", "escalation"),
        ("Steps", "mitigation"),
        ("Summary", "summary"),
        ("TL;DR", "summary"),
        ("Remediation", "mitigation"),
        ("Impact", "impact"),
        ("Stats", "impact"),
        ("Attendees", None),
        ("Notes", None),
        ("Fetching logs of the support tool", None),
    ],
)
def test_the_words_of_a_heading_name_its_role(heading: str, role: str | None) -> None:
    assert role_of(heading) == role


words = st.sampled_from(
    [
        "alpha",
        "beta",
        "# A",
        "## B",
        "### C {#c}",
        "```",
        "---",
        "===",
        "- item",
        "| a |",
        "> q",
        "",
        "",
        "<!--",
        "-->",
        "<div>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=30))
def test_no_text_is_lost(lines: list[str]) -> None:
    """Every word of the text stands in the title, in a heading or in a section's Markdown, and once."""
    text = "\n".join(lines)
    result = split(text)
    kept = " ".join([result.title or "", *(f"{s.heading} {s.markdown}" for s in result.sections)])
    assert Counter(re.findall("alpha|beta", kept)) == Counter(re.findall("alpha|beta", text))
    anchors = [s.anchor for s in result.sections]
    assert len(set(anchors)) == len(anchors)
