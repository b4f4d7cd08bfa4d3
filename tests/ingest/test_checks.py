"""Drafts held against catalog and calendar, and whole folders checked without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.ingest import checks
from app.ingest.checks import Examined, examine
from app.ingest.formats.draft import Problem
from app.ingest.known import Known, Names
from app.settings import Settings, load
from tests.conftest import ROOT

from .formats.reading import reading
from .library import write

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
KNOWN = Known(
    causes=Names.of([{"name": "config-change", "aliases": ["Config Errors"]}, {"name": "capacity"}]),
    services=Names.of([{"name": "postgresql", "aliases": ["pg"]}, {"name": "api"}]),
    severities=Names.of([{"level": "SEV1"}, {"level": "SEV2"}]),
    former=frozenset({"service:old-shop"}),
)


def examined(*front: str, audience: str = "organisation", known: Known = KNOWN) -> Examined:
    text = "\n".join(("---", "kind: postmortem", *front, "---", "# Title", "", "Some words here."))
    return examine(reading(text), audience, known, NOW)


def test_names_and_aliases_are_found_whatever_the_capitals_and_dashes() -> None:
    found = examined("services: [PG, API]", "causes: [config errors, Config_Change, CAPACITY]", "severity: sev2")
    assert [link.name for link in found.services] == ["postgresql", "api"]
    assert [link.name for link in found.causes] == ["config-change", "capacity"]
    assert (found.severity, found.problems, found.tags) == ("SEV2", (), ())


def test_an_unknown_name_is_told_with_the_nearest_one_and_kept_as_a_tag() -> None:
    found = examined("services: [api, postgresq]", "causes:", "  - cause: konfig change", "tags: [Postgresq, x]")
    assert [link.name for link in found.services] == ["api"]
    assert found.causes == ()
    assert found.tags == ("Postgresq", "x", "konfig change")
    assert found.problems == (
        Problem(
            "The service `postgresq` is not known.",
            "Did you mean `postgresql`? Correct it, or add it to services.yml, as a name or an alias.",
            3,
            "services",
        ),
        Problem(
            "The cause `konfig change` is not known.",
            "Did you mean `config-change`? Correct it, or add it to taxonomy.yml, as a name or an alias.",
            5,
            "causes",
        ),
    )


def test_what_is_like_nothing_gets_no_guess() -> None:
    (problem,) = examined("services: [zebra]").problems
    assert problem.mend == "Correct it, or add it to services.yml, as a name or an alias."


def test_a_former_name_is_told_and_keeps_its_link() -> None:
    found = examined("services: [old-shop]")
    assert [link.name for link in found.services] == ["old-shop"]
    assert [problem.problem for problem in found.problems] == ["The service `old-shop` is not known."]


def test_the_evidence_is_kept_where_a_cause_is_named_twice() -> None:
    found = examined("causes:", "  - config-change", "  - cause: Config Errors", "    evidence: A flag was set.")
    assert [(link.name, link.evidence) for link in found.causes] == [("config-change", "A flag was set.")]


def test_an_unknown_severity_is_told_and_kept() -> None:
    found = examined("severity: Sevre 2")
    assert found.severity == "Sevre 2"
    assert [(problem.line, problem.field) for problem in found.problems] == [(3, "severity")]
    assert examined("severity: Sevre 2", known=Known()).problems == ()


@pytest.mark.parametrize(
    ("front", "problems"),
    [
        (["started: 2026-03-04T22:10:00Z"], []),
        (["started: 2026-03-06T22:10:00Z"], ["`started` lies in the future."]),
        (["resolved: 2062-03-04"], ["`resolved` lies in the future."]),
        (["reviewed: 2027-01-01"], ["`reviewed` lies in the future."]),
        (["started: 2026-03-02T10:00:00Z", "detected: 2026-03-02T09:59:00Z"], ["`detected` is before `started`."]),
        (["started: 2026-03-02T10:00:00Z", "resolved: 2026-03-02"], []),
        (["started: 2026-03-02T10:00:00Z", "resolved: 2026-02-27"], ["`resolved` is before `started`."]),
        (["mitigated: 2026-03-02T10:00:00Z", "detected: 2026-03-02T11:00:00Z"], []),
        (
            ["mitigated: 2026-03-02T10:00:00Z", "resolved: 2026-03-02T09:00:00Z"],
            ["`resolved` is before `mitigated`."],
        ),
    ],
)
def test_moments_that_cannot_be_are_told_and_kept(front: list[str], problems: list[str]) -> None:
    found = examined(*front)
    assert [problem.problem for problem in found.problems] == problems
    assert all(problem.line and problem.level == "warning" for problem in found.problems)
    assert found.draft is not None


def test_the_audience_is_the_files_else_the_folders() -> None:
    assert examined().audience == "organisation"
    assert examined("audience: team:edge").audience == "team:edge"
    assert examined("audience: public", audience="").audience == "public"


def test_nothing_is_opened_where_a_folders_audience_cannot_be_used() -> None:
    found = examined(audience="")
    assert (found.draft, found.failed) == (None, True)
    assert found.problems[-1].level == "error"


def test_the_shipped_content_has_no_problem(settings: Settings) -> None:
    found = checks.check([ROOT / "content"], settings)
    assert found.problems == ()
    assert found.documents >= 38


def test_a_folder_is_checked_with_its_own_catalog(settings: Settings, tmp_path: Path) -> None:
    write(
        tmp_path / "handbook",
        {
            "services.yml": "services:\n  - {name: api, depends_on: [apy]}\n",
            "a/_index.md": "---\naudience: everyone\n---\n",
            "a/b.md": "# B\n\nKept out.",
            "c.md": "---\nid: one\nservices: [api]\n---\n# C\n",
            "d.md": "---\nid: one\n---\n# D\n",
            "e.md": "---\nservices: [aip]\n---\n# E\n",
            "f.md": "---\naudience: [\n---\n# F\n",
            "README.md": "# Read me",
        },
    )
    found = checks.check([tmp_path / "handbook"], settings)
    assert found.documents == 2
    assert [(problem.file, problem.line, problem.level) for problem in found.problems] == [
        ("services.yml", 2, "warning"),
        ("a/_index.md", 2, "error"),
        ("a/b.md", None, "error"),
        ("d.md", None, "error"),
        ("e.md", 2, "warning"),
        ("f.md", 3, "error"),
    ]
    assert "c.md" in found.problems[3].problem
    assert all(problem.mend for problem in found.problems)


def test_a_part_is_checked_with_the_catalog_of_its_source(settings: Settings, content: Path) -> None:
    write(
        content,
        {
            "services.yml": "services:\n  - name: api\n",
            "a/b.md": "---\nservices: [api]\n---\n# B\n",
            "c.md": "---\nx: 1\n---",
        },
    )
    assert checks.check([content / "a"], settings) == checks.Checked(1, ())


def test_a_folder_may_be_named_like_a_configured_one_or_hold_it(
    settings: Settings, content: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"content/a.md": "# A", "other/content/b.md": "# B"})
    assert checks.check([tmp_path / "other/content"], settings).documents == 1
    assert checks.check([tmp_path], settings).documents == 2


def test_without_folders_the_configured_ones_are_checked(tmp_path: Path) -> None:
    write(tmp_path, {"one/a.md": "# A", "two/a.md": "# A"})
    assert checks.check((), load({}, content=(tmp_path / "one", tmp_path / "two"))).documents == 2


def test_other_organisations_files_are_documents_or_clear_problems(settings: Settings, dev_corpus: Path) -> None:
    found = checks.check([dev_corpus], settings)
    assert found.documents >= 280
    assert not [problem for problem in found.problems if problem.level == "error"]
    assert all(problem.problem and problem.mend for problem in found.problems)
