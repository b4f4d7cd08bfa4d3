"""Kill -9 while documents are taken in, while the index is brought up to date, and while it is rebuilt: nothing is
lost, nothing wrong is found.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from app.db import Database
from app.retrieval.find import find
from app.search.engines.whoosh import open_reader
from app.settings import load
from app.viewer import ANONYMOUS
from tests.faults.site import Site

DOCUMENTS = 40
CHANGED = 12


def kill_somewhere(site: Site, dice: random.Random, longest: float, *command: str) -> None:
    """Starts a command and kills it at a random moment of the time that it usually takes."""
    process = site.start(*command)
    with suppress(subprocess.TimeoutExpired):
        process.wait(dice.uniform(0, longest))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wrong_answers(site: Site, gone: list[str]) -> list[str]:
    """Where search and files disagree: a word that does not lead to its document alone, or one that still leads
    anywhere.
    """
    settings = load(site.environment)
    database, engine = Database(settings.database), open_reader(settings.index)
    wrong = []
    try:
        with database.read() as session:
            for path, word in site.words.items():
                found = [hit.document.path for hit in find(session, engine, ANONYMOUS, f'"{word}"').hits]
                if found != [path]:
                    wrong.append(f"{word} of {path} found in {found}")
            wrong += [
                f"{word} is gone and still found"
                for word in gone
                if find(session, engine, ANONYMOUS, f'"{word}"').total
            ]
    finally:
        engine.close()
        database.close()
    return wrong


def survive(folder: Path, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    site = Site(folder, DOCUMENTS)
    started = time.monotonic()
    site.run("ingest")
    longest = time.monotonic() - started
    gone: list[str] = []
    for _ in range(kills):
        for path in dice.sample(sorted(site.words), CHANGED):
            gone.append(site.words[path])
            site.write(path)
        kill_somewhere(site, dice, longest, *dice.choice((("ingest",), ("ingest",), ("rebuild",))))
        site.run("ingest")
        assert wrong_answers(site, gone[-2 * CHANGED :]) == []
    assert wrong_answers(site, gone) == []


def test_killed_at_ten_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    survive(tmp_path, kills=10, seed=1)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_killed_at_two_hundred_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    survive(tmp_path, kills=200, seed=2)
