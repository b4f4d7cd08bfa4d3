"""A damaged index: bits flipped, files cut short, the disk full. Search answers rightly or not at all, and heals by
itself.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.db import Database
from app.errors import Unavailable
from app.library.visibility import visible_ids
from app.retrieval.find import find
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import open_reader
from app.search.parser import parse
from app.search.planner import plan
from app.settings import load
from app.viewer import ANONYMOUS
from tests.faults.site import HINDSIGHT, ROOT, Site
from tests.faults.test_kills import wrong_answers

DOCUMENTS = 20


def index_files(site: Site) -> list[Path]:
    return sorted(path for path in site.index.rglob("*") if path.is_file() and path.stat().st_size)


def answers_rightly_or_not_at_all(site: Site) -> None:
    settings = load(site.environment)
    database, engine = Database(settings.database), open_reader(settings.index)
    try:
        with database.read() as session:
            for path, word in site.words.items():
                try:
                    found = [hit.document.path for hit in find(session, engine, ANONYMOUS, f'"{word}"').hits]
                except Unavailable:
                    continue
                assert found == [path]
    finally:
        engine.close()
        database.close()


def flip(site: Site, dice: random.Random, times: int) -> None:
    """Flips one bit at a time in a copy of the whole index, and after each asks, heals and asks again."""
    whole = site.index.with_name("whole")
    shutil.copytree(site.index, whole)
    for _ in range(times):
        shutil.rmtree(site.index)
        shutil.copytree(whole, site.index)
        victim = dice.choice(index_files(site))
        data = bytearray(victim.read_bytes())
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        # A new file in its place, as a disk returns it: writing into a mapped file would be another fault.
        victim.unlink()
        victim.write_bytes(data)
        answers_rightly_or_not_at_all(site)


def test_a_flipped_bit_gives_no_wrong_answer_and_heals(tmp_path: Path) -> None:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    flip(site, random.Random(3), 20)
    site.write("runbooks/case-001.md")
    site.run("ingest")
    assert wrong_answers(site, []) == []


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_two_hundred_flipped_bits_give_no_wrong_answer(tmp_path: Path) -> None:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    flip(site, random.Random(4), 200)


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_file_cut_short_gives_no_wrong_answer_and_heals(tmp_path: Path, keep: float) -> None:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    for victim in index_files(site):
        data = victim.read_bytes()
        victim.unlink()
        victim.write_bytes(data[: int(len(data) * keep)])
        answers_rightly_or_not_at_all(site)
    site.write("runbooks/case-001.md")
    site.run("ingest")
    assert wrong_answers(site, []) == []


def test_the_index_deleted_while_nobody_looks_comes_back_whole(tmp_path: Path) -> None:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    shutil.rmtree(site.index)
    site.run("ingest")
    assert wrong_answers(site, []) == []


def test_a_generation_swapped_in_the_middle_of_a_query_changes_nothing_of_its_answer(tmp_path: Path) -> None:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    settings = load(site.environment)
    database, engine = Database(settings.database), open_reader(settings.index)
    with database.read() as session:
        ids = visible_ids(session, None)
    swaps = []

    def swapping() -> frozenset[str]:
        swaps.append(site.run("rebuild")["documents"])
        return ids

    def total(visible: Visibility) -> int:
        return engine.search(Request(plan(parse(f'"{site.words["runbooks/case-001.md"]}"')), visible, visible)).total

    before = engine.state().commit
    assert total(Visibility("swapping", swapping)) == 1
    assert swaps == [DOCUMENTS]
    assert engine.state().commit != before
    assert total(Visibility("all", lambda: ids)) == 1
    engine.close()
    database.close()


def test_a_full_disk_under_the_index_keeps_the_old_answers_and_heals(tmp_path: Path) -> None:
    """A tmpfs of 1 MB holds the index; it is filled, documents change, and room is made again."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a file system of one's own needs root or `unshare -rm`, and this machine allows neither")
    site = Site(tmp_path, DOCUMENTS)
    site.index.mkdir()
    site.write("runbooks/case-001.md")
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", FULL_DISK, str(site.index), str(site.content), *HINDSIGHT],
        env=site.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == ["1", "0", "1"]


# Runs in a mount namespace of its own: prints how often a word is found before, while and after the disk is full.
FULL_DISK = """
import json, subprocess, sys
from pathlib import Path

index, content, *hindsight = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", index], check=True)


def hits(word):
    done = subprocess.run([*hindsight, "search", word, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout)["total"]


subprocess.run([*hindsight, "ingest", "--json"], check=True, capture_output=True)
print(hits("zq000021x"))
ballast = Path(index, "ballast")
with ballast.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(b"x" * 4096)
    except OSError:
        pass
page = content + "/runbooks/case-001.md"
Path(page).write_text(Path(page).read_text().replace("zq000021x", "zqfullx"))
subprocess.run([*hindsight, "ingest", "--json"], capture_output=True)
print(hits("zqfullx"))
ballast.unlink()
subprocess.run([*hindsight, "ingest", "--json"], check=True, capture_output=True)
print(hits("zqfullx"))
"""
