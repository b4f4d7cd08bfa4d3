"""What all tests share: a library of one's own, and the way to the development corpus."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import delete

from app.db import Database
from app.library import LoginSession
from app.migrations import upgrade
from app.people import accounts
from app.settings import Settings, load
from tests.insight.recurrences import recur
from tests.web.published import CHEAP, TEAM_PATTERN, Published, publish

ROOT = Path(__file__).parent.parent
DEV_CORPUS = ROOT.parent / "shared" / "corpora" / "dev"

# The same examples each time, so that a run which fails fails for everybody; the long tests draw new ones.
hypothesis.settings.register_profile("same", derandomize=True)
if not os.environ.get("HINDSIGHT_LONG"):
    hypothesis.settings.load_profile("same")


@pytest.fixture(scope="session")
def dev_corpus() -> Path:
    """Other organisations' runbooks and post-mortems, with questions whose answers are known."""
    folder = Path(os.environ.get("HINDSIGHT_DEV_CORPUS") or DEV_CORPUS)
    if not (folder / "queries.jsonl").is_file():
        pytest.skip("the development corpus is not here; HINDSIGHT_DEV_CORPUS names its folder")
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """An empty content folder, named `content`."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, content: Path) -> Settings:
    """Settings under which all that is written lies in the test's own folder."""
    return load({}, data=tmp_path / "data", content=(content,))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A migrated, empty database in a real file."""
    database = Database(settings.database)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A small site with documents of three audiences, ingested and indexed, and a pattern for everybody and one for a
    team. No test changes them.
    """
    site = publish(tmp_path_factory.mktemp("published"))
    recur(site.database, "pool-again", "Pool exhausted again", ["checkout-down", "derived", "ledger-stuck"])
    recur(site.database, "ledger-again", TEAM_PATTERN, ["checkout-down", "ledger-stuck"], audience="team:payments")
    yield site
    site.close()


@pytest.fixture
def own_site(published: Published, tmp_path: Path) -> Iterator[Published]:
    """The same site in the test's own folder, to be changed or broken."""
    for part in ("data", "content"):
        shutil.copytree(published.settings.data.parent / part, tmp_path / part)
    site = Published(load({}, data=tmp_path / "data", content=(tmp_path / "content",)))
    with site.database.write() as session:
        session.execute(delete(LoginSession))
    yield site
    site.close()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at next to no cost, for tests of what surrounds that."""
    monkeypatch.setattr(accounts, "_hasher", CHEAP)
    monkeypatch.setattr(accounts, "_NOBODY", CHEAP.hash(""))
