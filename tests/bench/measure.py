"""What engines take to build and to answer. Each has processes of its own, with one thread; all are asked in turn."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from app.search.parser import parse
from app.search.plan import Plan
from app.search.planner import plan
from tests.bench.building import build_all, process
from tests.bench.contenders import CASES, Measured, contender
from tests.bench.job import MEANING, Answer, Contender
from tests.bench.machine import memory
from tests.bench.questions import Questions, questions
from tests.bench.stored import Stored

# Other questions than are measured, asked first, so that no engine is measured while its pages are read in.
WARM_UP = 20
# So many questions are asked of one engine, and the same of the next, so that what else the machine does meets all of
# them. Each question's best time of so many rounds counts; who takes long for a block is asked once.
BLOCK, ROUNDS, LONG_SECONDS = 10, 3, 0.5
# Who has taken so long for a case is asked no more questions of it.
MOST_SECONDS = 6.0
# So many answers of each case are kept, to see whether the engines agree.
KEPT = 50
# More questions would take hours.
FEWER = {"whoosh": 50}


def measured(
    engines: Sequence[str], stored: Stored, count: int, folder: Path, cases: Sequence[str] = tuple(CASES)
) -> list[Measured]:
    """Builds all of them, then asks them in turn; `count` questions a case."""
    found = {engine: Measured(engine, stored.size, cases) for engine in engines}
    folders = {engine: folder / f"{engine}-{stored.size}" for engine in engines}
    build_all(found, stored, folders)
    sample = stored.sample()
    warm_up, asked = questions(sample, min(WARM_UP, count), seed=3), questions(sample, count)
    running = {engine: process() for engine in engines if not found[engine].failed}
    try:
        lacks = {engine: each.submit(_open, engine, stored, folders[engine]) for engine, each in running.items()}
        for case in cases:
            taking = {engine: each for engine, each in running.items() if case not in lacks[engine].result()}
            _ask_all(case, warm_up, asked, taking, found)
        for engine, each in running.items():
            found[engine].bytes_answering = each.submit(memory).result()
    finally:
        for each in running.values():
            each.shutdown()
    for each_folder in folders.values():
        shutil.rmtree(each_folder, ignore_errors=True)
    return list(found.values())


def _ask_all(
    case: str,
    warm_up: Questions,
    asked: Questions,
    running: dict[str, ProcessPoolExecutor],
    found: dict[str, Measured],
) -> None:
    name, _ = CASES[case]
    for each in running.values():
        each.submit(_ask, case, getattr(warm_up, name), 1).result()
    texts: Sequence[str] = getattr(asked, name)
    spent = dict.fromkeys(running, 0.0)
    for first in range(0, len(texts), BLOCK):
        for engine, each in running.items():
            block = texts[first : min(first + BLOCK, FEWER.get(engine, len(texts)))]
            if not block or spent[engine] > MOST_SECONDS:
                continue
            begun = perf_counter()
            answers = each.submit(_ask, case, block, ROUNDS).result()
            spent[engine] += perf_counter() - begun
            found[engine].took.setdefault(case, []).extend(milliseconds for milliseconds, _ in answers)
            kept = found[engine].answers.setdefault(case, [])
            kept += [answer for _, answer in answers][: KEPT - len(kept)]


# What the process of an engine has open.
_opened: list[Contender] = []


def _open(engine: str, stored: Stored, folder: Path) -> frozenset[str]:
    chosen = contender(engine)
    chosen.open(stored, folder)
    _opened.append(chosen)
    gc.collect()
    gc.freeze()
    return chosen.lacks


def _ask(case: str, texts: Sequence[str], rounds: int) -> list[tuple[float, Answer]]:
    """Each question's best time and its answer. They are read and planned beforehand."""
    (chosen,) = _opened
    name, facets = CASES[case]
    asked = [(plan(parse(text), typing=name == "prefix"), text if case == MEANING else "") for text in texts]
    with _calm():
        found = [_timed(chosen, *each, facets) for each in asked]
        for _ in range(rounds - 1 if sum(took for took, _ in found) < 1000 * LONG_SECONDS else 0):
            again = [_timed(chosen, *each, facets) for each in asked]
            found = [(min(took, more), answer) for (took, answer), (more, _) in zip(found, again, strict=True)]
    return found


def _timed(chosen: Contender, asked: Plan, meant: str, facets: bool) -> tuple[float, Answer]:
    begun = perf_counter()
    answer = chosen.search(asked, facets, meant)
    return 1000 * (perf_counter() - begun), answer


@contextmanager
def _calm() -> Iterator[None]:
    """No garbage is collected between two questions."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
