"""Faults under a running site: it answers rightly or says that it cannot answer now, loses no process, and heals by
itself.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.site import Served, Site, children, wait_for

DOCUMENTS = 20
ASKED = 10
SWAPS = 3
# No file of an index grows beyond it, as on a disk that is full.
FULL = 2048
# Ten times what it takes to end a site that nobody asks anything.
SOON_SECONDS = 10.0


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, DOCUMENTS)
    site.run("ingest")
    return site


def arrays(site: Site) -> list[Path]:
    return sorted(site.index.rglob("*.arrays"))


def answers(served: Served) -> list[int | None]:
    """What is found of words of which each stands in one document: 1, or None where the site says that it cannot."""
    words = list(served.site.words.values())[:ASKED]
    return [served.found(word) for word in words]


def delete(index: Path) -> None:
    """All of it at one moment, whatever the worker does meanwhile."""
    gone = index.with_name("gone")
    index.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def stays_right_and_heals(served: Served, harm: Callable[[], None]) -> None:
    """After the harm no answer is wrong and no process dies, and soon every process answers again."""
    served.settled()
    processes = served.web()
    harm()
    assert set(answers(served)) <= {1, None}
    wait_for(served.healed, "healing")
    assert set(answers(served)) == {1}
    assert served.web() == processes
    served.end_web_processes()
    assert set(answers(served)) == {1}


def test_the_index_deleted_under_a_running_site_comes_back_by_itself(site: Site) -> None:
    with site.serve() as served:
        stays_right_and_heals(served, lambda: delete(site.index))


def test_after_the_index_was_deleted_a_new_process_says_that_it_is_being_built(site: Site) -> None:
    with site.serve() as served:
        served.settled()
        os.kill(served.worker() or 0, signal.SIGSTOP)
        try:
            delete(site.index)
            served.end_web_processes()
            response = served.get("/search", q="anything")
        finally:
            os.kill(served.worker() or 0, signal.SIGCONT)
        assert response.status_code == 503
        assert "The index worker builds it" in response.text
        assert response.headers["Retry-After"]
        wait_for(lambda: set(answers(served)) == {1}, "healing")


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_an_array_cut_short_where_it_stands_gives_no_wrong_answer(site: Site, keep: int) -> None:
    """As a careless copy does it: the file keeps its name and its place on the disk, and loses its end."""

    def cut() -> None:
        for file in arrays(site):
            os.truncate(file, min(keep, file.stat().st_size - 1))

    with site.serve() as served:
        stays_right_and_heals(served, cut)


def test_a_torn_segment_in_the_place_of_a_whole_one_is_built_anew(site: Site) -> None:
    """As a disk returns it after a power cut: a new file, half of it nothing."""

    def tear() -> None:
        for file in arrays(site):
            data = file.read_bytes()
            file.unlink()
            file.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))

    tear()
    with site.serve() as served:
        wait_for(lambda: set(answers(served)) == {1}, "healing")
        assert set(answers(served)) == {1}


def test_a_lock_left_behind_holds_nobody_up(site: Site) -> None:
    with site.serve() as served:
        served.settled()
        worker = served.worker()
        os.kill(worker or 0, signal.SIGKILL)
        wait_for(lambda: served.worker() not in (None, worker), "another worker")
    generation = next(path.parent for path in arrays(site))
    for lock in (site.index / "writer.lock", generation / "MAIN_WRITELOCK", generation / "_MAIN_LOCK"):
        lock.write_text("4711")
    with site.serve() as served:
        site.write("runbooks/case-001.md")
        site.run("ingest")
        assert set(answers(served)) == {1}


def test_while_the_index_is_swapped_again_and_again_every_answer_is_right(site: Site) -> None:
    dice = random.Random(9)
    with site.serve() as served, ThreadPoolExecutor(4) as people:
        served.settled()
        swapping = [people.submit(site.run, "rebuild")]
        while not swapping[-1].done() or len(swapping) < SWAPS:
            if swapping[-1].done():
                swapping.append(people.submit(site.run, "rebuild"))
            several = [dice.choice(list(site.words.values())) for _ in range(3)]
            assert list(people.map(served.found, several)) == [1, 1, 1]
        assert [each.result()["documents"] for each in swapping] == [DOCUMENTS] * SWAPS


def test_a_full_disk_under_the_worker_keeps_the_old_answers_and_heals(site: Site) -> None:
    path = "runbooks/case-001.md"
    old = site.words[path]
    with site.serve() as served:
        served.settled()
        worker = served.worker()
        assert worker is not None
        served.expected = "File too large"
        usual = resource.prlimit(worker, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
        site.write(path)
        ingest = site.start("ingest")
        wait_for(lambda: "could not be brought up to date" in served.log.read_text(), "a failed commit")
        # The row has the new text, the index the old: neither word leads to a page that does not hold it. The ingest
        # may commit while the worker waits for its next try.
        assert served.found(old) in (0, 1)
        assert served.found(site.words[path]) in (0, 1)
        others = [word for word in site.words.values() if word != site.words[path]]
        assert {served.found(word) for word in others} == {1}
        assert served.worker() == worker
        resource.prlimit(worker, resource.RLIMIT_FSIZE, usual)
        assert ingest.wait() == 0
        assert (served.found(old), served.found(site.words[path])) == (0, 1)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_site_that_is_ended_while_it_starts_ends_soon(site: Site, ending: signal.Signals) -> None:
    process = site.start("serve")
    wait_for(lambda: children(process.pid), "a first child")
    process.send_signal(ending)
    assert process.wait(SOON_SECONDS) == 0
