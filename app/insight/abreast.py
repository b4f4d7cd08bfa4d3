"""Work that is shared among processes, where there are several processors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# More would rather wait for memory than work.
MOST = 4


def shares(items: Sequence[T], least: int) -> list[Sequence[T]]:
    """The items in one run for each processor, in their order, of `least` at least; one run where nothing can fork."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    most = min(processors, MOST, len(items) // least) if "fork" in get_all_start_methods() else 1
    size = -(-len(items) // max(most, 1)) or 1
    return [items[first : first + size] for first in range(0, len(items), size)]


def abreast(work: Callable[[T], R], parts: Sequence[T]) -> list[R]:
    """What `work` makes of each part, in their order: of the first in this process, of each other in a child of it.

    A child has everything that is loaded; it must open databases anew. What a child fails at is done here after all,
    so that it fails where it is heard.
    """
    children = []
    for part in parts[1:]:
        context = get_context("fork")
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_work, args=(work, part, there), daemon=True)
        child.start()
        there.close()
        children.append((child, here, part))
    found = [work(part) for part in parts[:1]]
    for child, here, part in children:
        try:
            found.append(here.recv())
        except EOFError:
            found.append(work(part))
        child.join()
    return found


def _work(work: Callable[[T], R], part: T, answer: Connection) -> None:
    # What its parent does when it is asked to end is not for a child.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    made = work(part)
    # Where nobody waits for it any more, it is not needed.
    with suppress(BrokenPipeError):
        answer.send(made)
