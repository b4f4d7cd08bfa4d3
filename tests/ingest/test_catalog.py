"""The taxonomy, the services, the severities and the synonyms: what is taken over, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import Database
from app.ingest.importer import FileProblem
from app.library import Catalog, Cause, Service, ServiceDependency, Team
from app.settings import Settings

from .library import counts, document, ingest, told, write

TAXONOMY = """causes:
  - name: capacity
    title: A limit was reached
    definition: Something was used up.
    aliases: [saturation, Resource Exhaustion]
    examples: [A disk fills.]
    signals: [full]
  - name: connections
    title: Connections used up
    parent: capacity
    definition: No connection was left.
"""
SERVICES = """teams:
  - {name: databases, title: Databases, channel: "#databases"}
services:
  - name: postgresql
    title: PostgreSQL
    aliases: [postgres, pg]
    owner: databases
    tier: 1
  - name: shop
    depends_on: [postgres]
"""
POSTMORTEM = """---
kind: postmortem
services: [{service}]
causes: [{cause}]
---
# Pool exhausted

Every connection was in use.
"""


def catalog(content: Path, **files: str) -> None:
    write(content, {f"{name}.yml": text for name, text in files.items()})


@pytest.fixture
def rows(database: Database, settings: Settings, content: Path) -> Database:
    """A library with the two catalogs above."""
    catalog(content, taxonomy=TAXONOMY, services=SERVICES)
    assert ingest(database, settings).problems == ()
    return database


def test_the_catalog_is_what_its_files_say(rows: Database) -> None:
    with rows.read() as session:
        capacity = session.get_one(Cause, "capacity")
        assert (capacity.title, capacity.parent) == ("A limit was reached", None)
        assert capacity.aliases == ["saturation", "Resource Exhaustion"]
        assert (capacity.examples, capacity.signals) == (["A disk fills."], ["full"])
        assert session.get_one(Cause, "connections").parent == "capacity"
        assert session.get_one(Team, "databases").channel == "#databases"
        postgresql = session.get_one(Service, "postgresql")
        assert (postgresql.owner, postgresql.tier, postgresql.aliases) == ("databases", 1, ["postgres", "pg"])
        assert session.get_one(Service, "shop").title == "shop"
        dependency = session.scalars(select(ServiceDependency)).one()
        assert (dependency.service, dependency.depends_on) == ("shop", "postgresql")


def test_severities_and_synonyms_are_kept_as_they_stand(database: Database, settings: Settings, content: Path) -> None:
    catalog(
        content,
        severities="levels:\n  - {level: SEV1, criteria: [all]}\ncadence: {updates: {SEV1: {every: 30}}}\n",
        synonyms="synonyms:\n  - [db, database]\n  - [oom, out of memory]\n",
    )
    assert ingest(database, settings).problems == ()
    with database.read() as session:
        severities = session.get_one(Catalog, "severities").data
        assert severities["levels"][0]["criteria"] == ["all"]
        assert severities["cadence"]["updates"]["SEV1"] == {"every": "30"}
        assert session.get_one(Catalog, "synonyms").data == {"synonyms": [["db", "database"], ["oom", "out of memory"]]}


@pytest.mark.parametrize(
    ("name", "text", "line", "field", "problem", "mend"),
    [
        ("taxonomy", "causes:\n  - name: dns\n    defintion: x\n", 3, "defintion", "not known", "`definition`"),
        ("taxonomy", "causes:\n  - name: a\n    parent: nets\n  - name: net\n", 3, "parent", "`nets`", "`net`"),
        ("taxonomy", "causes:\n  - name: dns\n  - name: DNS\n", 3, "name", "twice", "Remove one"),
        ("taxonomy", "causes:\n  - {name: a, parent: b}\n  - {name: b, parent: a}\n", 2, "parent", "lead back", "one"),
        ("taxonomy", "causes:\n  - {name: a, aliases: [b]}\n  - name: b\n", 2, "aliases", "means `b`", "Remove it"),
        ("services", "services:\n  - name: a\n    depends_on: [dbs]\n  - name: db\n", 3, "depends_on", "`dbs`", "`db`"),
        ("services", "services:\n  - name: api\n    owner: nobody\n", 3, "owner", "`nobody`", "add it"),
        ("services", "services:\n  - name: api\n    tier: high\n", 3, "tier", "no number", "Write 1"),
        ("severities", "levels: []\nlevel: x\n", 2, "level", "not known", "`levels`"),
        ("synonyms", "synonyms:\n  - [db, database]\n  - [db, data]\n", 3, "synonyms", "two groups", "Join"),
        ("synonyms", "synonyms:\n  - [db]\n", 2, "synonyms", "one word", "Add what means the same"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_told_with_its_line(
    database: Database, settings: Settings, content: Path,
    name: str, text: str, line: int, field: str, problem: str, mend: str,
) -> None:  # fmt: skip
    catalog(content, **{name: text})
    found = ingest(database, settings).problems
    assert [(each.file, each.line, each.field, each.level) for each in found][:1] == [
        (f"{name}.yml", line, field, "warning")
    ]
    assert problem in found[0].problem
    assert mend in found[0].mend


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("causes:\n  - name: [\n", 3),
        ("causes:\n  - name: a\n  - &x {name: b}\n", 3),
        ("causes:\n  - title: nameless\n", 2),
        ("causes:\n  - name: not a name\n", 2),
        ("causes:\n  - text\n", 2),
        ("reasons:\n  - name: a\n", 1),
        ("- name: a\n", 1),
        ("causes: none\n", 1),
        ("", 1),
    ],
)
def test_a_bad_file_never_removes_the_good_rows(
    rows: Database, settings: Settings, content: Path, text: str, line: int
) -> None:
    catalog(content, taxonomy=text)
    report = ingest(rows, settings)
    error = next(problem for problem in report.problems if problem.level == "error")
    assert (error.file, error.line) == ("taxonomy.yml", line)
    assert "holds until then" in error.mend
    with rows.read() as session:
        assert set(session.execute(select(Cause.name, Cause.retired)).tuples().all()) == {
            ("capacity", False),
            ("connections", False),
        }


def test_a_mended_file_has_no_problem_any_more(rows: Database, settings: Settings, content: Path) -> None:
    catalog(content, taxonomy="causes: none\n")
    assert len(ingest(rows, settings).problems) == 1
    catalog(content, taxonomy=TAXONOMY)
    assert ingest(rows, settings).problems == ()


def test_names_are_known_by_alias_whatever_the_capitals(rows: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": POSTMORTEM.format(service="PG", cause="resource-exhaustion")})
    assert ingest(rows, settings).problems == ()
    found = document(rows, "a.md")
    assert [link.service for link in found.services] == ["postgresql"]
    assert found.incident is not None
    assert [(link.cause, link.state) for link in found.incident.causes] == [("capacity", "stated")]


def test_a_new_alias_reaches_the_documents_that_use_it_and_no_other(
    rows: Database, settings: Settings, content: Path
) -> None:
    write(
        content,
        {
            "a.md": POSTMORTEM.format(service="elephant", cause="capacity"),
            "b.md": POSTMORTEM.format(service="shop", cause="capacity").replace("Pool", "Pond"),
        },
    )
    assert told(ingest(rows, settings)) == [("a.md", 3, "The service `elephant` is not known.")]
    assert document(rows, "a.md").tags == ["elephant"]
    before = document(rows, "b.md").revision
    catalog(content, services=SERVICES.replace("[postgres, pg]", "[postgres, pg, elephant]"))
    report = ingest(rows, settings)
    assert (counts(report), report.problems) == ({"updated": 1, "unchanged": 1}, ())
    assert [link.service for link in document(rows, "a.md").services] == ["postgresql"]
    assert document(rows, "a.md").tags == []
    assert document(rows, "b.md").revision == before
    assert counts(ingest(rows, settings)) == {"unchanged": 2}


def test_a_retitled_cause_touches_no_document(rows: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": POSTMORTEM.format(service="pg", cause="capacity")})
    ingest(rows, settings)
    catalog(content, taxonomy=TAXONOMY.replace("A limit was reached", "Something ran out"))
    assert counts(ingest(rows, settings)) == {"unchanged": 1}
    with rows.read() as session:
        assert session.get_one(Cause, "capacity").title == "Something ran out"


def test_a_cause_that_is_gone_is_retired_and_keeps_its_links(rows: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": POSTMORTEM.format(service="pg", cause="capacity")})
    ingest(rows, settings)
    catalog(content, taxonomy="causes:\n  - {name: connections, title: Connections, definition: None left.}\n")
    assert told(ingest(rows, settings)) == [("a.md", 4, "The cause `capacity` is not known.")]
    with rows.read() as session:
        assert session.get_one(Cause, "capacity").retired
    incident = document(rows, "a.md").incident
    assert incident is not None
    assert [link.cause for link in incident.causes] == ["capacity"]
    catalog(content, taxonomy=TAXONOMY)
    assert ingest(rows, settings).problems == ()
    with rows.read() as session:
        assert not session.get_one(Cause, "capacity").retired


def test_two_sources_share_one_catalog(rows: Database, settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "handbook"
    write(
        other,
        {
            "services.yml": "services:\n  - {name: wiki, depends_on: [postgresql]}\n",
            "a.md": POSTMORTEM.format(service="pg, wiki", cause="capacity"),
        },
    )
    assert ingest(rows, settings, other).problems == ()
    assert [link.service for link in document(rows, "a.md").services] == ["postgresql", "wiki"]
    (other / "services.yml").unlink()
    ingest(rows, settings, other)
    with rows.read() as session:
        assert set(session.execute(select(Service.name, Service.retired)).tuples().all()) == {
            ("postgresql", False),
            ("shop", False),
            ("wiki", True),
        }


def test_a_secret_in_a_catalog_is_masked(database: Database, settings: Settings, content: Path) -> None:
    catalog(content, services="services:\n  - name: api\n    title: 'password: Tr0ub4dor&3xyz'\n")
    report = ingest(database, settings)
    assert report.problems[0] == FileProblem(
        "services.yml", 3, None, "warning", "A secret (password) was masked.", report.problems[0].mend
    )
    with database.read() as session:
        assert "Tr0ub4dor" not in session.get_one(Service, "api").title
