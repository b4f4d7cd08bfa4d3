"""What the machine tells: its cores, and how much of disk and memory something takes."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STATUS = Path("/proc/self/statm")
# A process that builds gets so much of the machine's memory: one that wants more fails alone, and takes nobody with it.
SHARE = 0.7


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def on_core(core: int) -> None:
    """This process, and what it starts, stays on one core, where the system can hold it there."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


@contextmanager
def one_core() -> Iterator[None]:
    """What is started in here runs on one core."""
    before = cores()
    on_core(before[0])
    try:
        yield
    finally:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, before)


def disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def limit() -> int:
    return int(SHARE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def limit_memory() -> None:
    """What this process has of its own; files that it maps are not counted."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit(), limit()))


def memory() -> int:
    """The bytes of this process that are in memory, mapped files among them; the most ever where only that is told."""
    if STATUS.exists():
        return int(STATUS.read_text().split()[1]) * resource.getpagesize()
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def memory_of_all(process: int) -> int | None:
    """What a process and its children take, shared pages counted once; None where the system does not tell."""
    try:
        parents = dict(_parents())
        return sum(_share(each) for each in parents if _descends(each, process, parents))
    except OSError:
        return None


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with the one that started it."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, in brackets, may hold anything.
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])


def _descends(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    while process != ancestor and process in parents:
        process = parents[process]
    return process == ancestor


def _share(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
