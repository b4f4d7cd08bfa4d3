"""What says the same: the files' groups, and over them the rows that were added in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.db import Database
from app.library import AddedSynonym, Catalog, User
from app.people import synonyms as people
from app.people.accounts import add_user
from app.retrieval.synonyms import synonyms

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def editor(database: Database) -> int:
    with database.write() as session:
        session.add(Catalog(name="synonyms", data={"synonyms": [["K8s", "kubernetes"], ["db", "database"]]}))
        return add_user(session, "editor@example.org", "four quiet herons at dawn", "editor").id


def others(database: Database, word: str, more: Sequence[str] = ()) -> tuple[str, ...]:
    with database.read() as session:
        return synonyms(session, more).get(word, ())


def add(database: Database, editor: int, *words: str) -> int:
    with database.write() as session:
        return people.add(session, words, editor, NOW).id


def test_the_files_groups_are_read_without_case(database: Database, editor: int) -> None:
    assert others(database, "k8s") == ("kubernetes",)
    assert others(database, "kubernetes") == ("k8s",)
    assert others(database, "kube") == ()


def test_an_added_group_applies_at_once_and_joins_what_is_known(database: Database, editor: int) -> None:
    add(database, editor, "kube", "k8s")
    assert others(database, "kube") == ("k8s", "kubernetes")
    assert set(others(database, "kubernetes")) == {"kube", "k8s"}
    assert others(database, "db") == ("database",)


def test_groups_added_one_after_another_are_one(database: Database, editor: int) -> None:
    add(database, editor, "kube", "k8s")
    add(database, editor, "kube", "the cluster")
    assert set(others(database, "the cluster")) == {"kube", "k8s", "kubernetes"}
    assert set(others(database, "kubernetes")) == {"kube", "k8s", "the cluster"}


def test_a_withdrawn_group_means_nothing_and_is_kept_with_who_and_when(database: Database, editor: int) -> None:
    id = add(database, editor, "kube", "k8s")
    with database.write() as session:
        people.withdraw(session, id, editor, NOW)
    assert others(database, "kube") == ()
    with database.read() as session:
        row = session.scalars(select(AddedSynonym)).one()
        assert (row.words, row.added, row.added_by) == (["kube", "k8s"], NOW, editor)
        assert (row.withdrawn, row.withdrawn_by) == (NOW, editor)
        assert session.get_one(User, editor).email == "editor@example.org"


def test_a_group_can_be_tried_without_being_saved(database: Database, editor: int) -> None:
    assert others(database, "kube", ["Kube", "K8s"]) == ("k8s", "kubernetes")
    assert others(database, "kube") == ()


def test_what_is_in_the_file_already_is_not_said_twice(database: Database, editor: int) -> None:
    add(database, editor, "database", "db")
    assert others(database, "db") == ("database",)
