"""What one engine takes to build and to answer. It runs in a process of its own, with one thread."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from app.search.parser import parse
from app.search.plan import Plan
from app.search.planner import plan
from tests.bench.corpus import Questions, documents, questions
from tests.bench.job import Answer, Contender, forget

# By case: which questions are asked, and whether facets are counted.
CASES = {
    "words": ("words", True),
    "words without facets": ("words", False),
    "prefix": ("prefix", True),
    "typo": ("typo", True),
    "phrase": ("phrase", True),
}
# A library asks these before it starts threads.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
# Other questions than are measured, asked first, so that no engine is measured while its pages are read in.
WARM_UP = 20
# So often all questions of a case are asked, one after the other, and each one's best time counts: what else the
# machine does meanwhile is not what is measured. The slowest take up to seconds for one question: they are asked once.
ROUNDS, SLOW = 3, ("fts5", "whoosh")
# So many answers of each case are kept, to see whether the engines agree.
KEPT = 50


@dataclass(frozen=True)
class Measured:
    """By case: how long each question took (milliseconds), and the first answers."""

    engine: str
    documents: int
    per_second: float
    took: dict[str, list[float]]
    answers: dict[str, list[Answer]]


def measured(engine: str, size: int, count: int) -> Measured:
    """`engine` with `size` documents and `count` questions a case, in a process of its own."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_measure, engine, size, count).result()


def contender(engine: str) -> Contender:
    """A new one, not built; what it imports is imported only here."""
    match engine:
        case "hindsight":
            from tests.bench.hindsight_engine import Hindsight

            return Hindsight()
        case "oracle":
            from tests.bench.hindsight_engine import Oracle

            return Oracle()
        case "whoosh":
            from tests.bench.whoosh_peer import Whoosh

            return Whoosh()
        case "fts5":
            from tests.bench.fts5 import Fts5

            return Fts5()
        case "tantivy":
            from tests.bench.tantivy_peers import Tantivy

            return Tantivy()
        case _:
            from tests.bench.tantivy_peers import TantivyNative

            return TantivyNative()


def _measure(engine: str, size: int, count: int) -> Measured:
    texts = list(documents(size))
    warm_up, asked = questions(texts, min(WARM_UP, count), seed=3), questions(texts, count)
    forget()
    chosen = contender(engine)
    with tempfile.TemporaryDirectory() as folder, _calm():
        begun = perf_counter()
        chosen.build(texts, Path(folder))
        per_second = size / (perf_counter() - begun)
        took, answers = {}, {}
        for case, (name, facets) in CASES.items():
            list(_asked(chosen, _plans(warm_up, name), facets))
            gc.collect()
            plans = _plans(asked, name)
            rounds = [list(_asked(chosen, plans, facets)) for _ in range(1 if engine in SLOW else ROUNDS)]
            took[case] = [min(milliseconds for milliseconds, _ in each) for each in zip(*rounds, strict=True)]
            answers[case] = [answer for _, answer in rounds[0][:KEPT]]
        chosen.close()
    return Measured(engine, size, per_second, took, answers)


def _plans(asked: Questions, name: str) -> list[Plan]:
    """What all engines are asked: read and planned beforehand."""
    return [plan(parse(text), typing=name == "prefix") for text in getattr(asked, name)]


def _asked(chosen: Contender, plans: Sequence[Plan], facets: bool) -> Iterator[tuple[float, Answer]]:
    for each in plans:
        begun = perf_counter()
        answer = chosen.search(each, facets)
        yield 1000 * (perf_counter() - begun), answer


@contextmanager
def _calm() -> Iterator[None]:
    """No garbage is collected between two questions."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
