"""Indexes built from stored documents, each in a process of its own and on one core."""

from __future__ import annotations

import os
import resource
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from queue import Queue

from tests.bench.contenders import Measured, contender
from tests.bench.machine import cores, disk, limit, limit_memory, on_core
from tests.bench.stored import Stored

# A library asks these before it starts threads.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
# These are given texts, and their analysis is measured with them; the others are given tokens.
OURS = {"hindsight", "oracle"}
# Up to so many documents are built once more, on all cores.
TWICE = 10_000


def process() -> ProcessPoolExecutor:
    """A new process for one engine, with one thread."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    return ProcessPoolExecutor(1, get_context("spawn"))


def build_all(found: dict[str, Measured], stored: Stored, folders: dict[str, Path]) -> None:
    """Hindsight alone; the peers as many at a time as there are cores, each on one."""
    free: Queue[int] = Queue()
    for core in cores()[:2]:
        free.put(core)

    def build(each: Measured) -> None:
        core = free.get()
        try:
            with process() as builder:
                seconds, peak = builder.submit(_build, each.engine, stored, folders[each.engine], core).result()
        except Exception as error:
            # Whatever ends it, memory above all, the others go on.
            each.failed = f"could not be built in {limit() / 1e9:.0f} GB of memory: {error!r}"
            return
        finally:
            free.put(core)
        each.per_second = stored.size / (seconds + (0.0 if each.engine in OURS else stored.analysis))
        each.bytes_building = peak
        each.bytes_on_disk = disk(folders[each.engine])

    for engine in OURS & found.keys():
        build(found[engine])
    if "hindsight" in found and not found["hindsight"].failed and stored.size <= TWICE and len(cores()) > 1:
        with process() as builder:
            seconds, _ = builder.submit(_build, "hindsight", stored, folders["hindsight"] / "again", None).result()
        found["hindsight"].per_second_on_two = stored.size / seconds
        shutil.rmtree(folders["hindsight"] / "again")
    with ThreadPoolExecutor(free.qsize()) as lanes:
        list(lanes.map(build, (each for engine, each in found.items() if engine not in OURS)))


def _build(engine: str, stored: Stored, folder: Path, core: int | None) -> tuple[float, int]:
    """Seconds and the most bytes that it took, on one core or on all."""
    limit_memory()
    if core is not None:
        on_core(core)
    folder.mkdir(parents=True)
    seconds = max(contender(engine).build(stored, folder), 1e-9)
    return seconds, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
