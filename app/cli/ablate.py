"""What each weight is worth: the same questions, with one weight at a time taken away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.indexing.sync import everything
from app.library.visibility import visible_ids, widest_audience
from app.search import weights
from app.search.engine import Engine
from app.search.engines.whoosh import open_reader, open_writer
from app.search.meaning import Meaning

# From an engine to the figures of all questions.
Judge = Callable[[Engine], dict[str, Any]]


def ablation(session: Session, judge: Judge, meaning: Meaning | None) -> Iterator[dict[str, Any]]:
    """The figures with all weights, then without each. An index of its own is built for each, from the library."""
    with tempfile.TemporaryDirectory() as folder:
        changes = tuple(everything(session, meaning))
        reference = visible_ids(session, widest_audience(session))
        for number, name in enumerate(["", *weights.ABLATED]):
            neutral = weights.ABLATED.get(name, 0.0)
            value = getattr(weights, name) if name else None
            own = Path(folder) / str(number)
            with (
                weights.changed(**({name: neutral} if name else {})),
                _index(own, changes, reference, meaning) as engine,
            ):
                yield {"weight": name, "value": value, "without": neutral, "figures": judge(engine)}


@contextmanager
def _index(
    folder: Path, changes: tuple[Any, ...], reference: frozenset[str], meaning: Meaning | None
) -> Iterator[Engine]:
    with closing(open_writer(folder, meaning)) as writer:
        writer.rebuild(changes, reference)
    with closing(open_reader(folder, meaning)) as engine:
        yield engine


def lines(rows: list[dict[str, Any]]) -> Iterator[list[str]]:
    """A table: for each weight what taking it away does to the MRR, overall and of each kind."""
    whole = rows[0]["figures"]
    kinds = list(whole["kinds"])
    yield ["without", "", "all", *kinds]
    yield ["(nothing)", "", f"{whole['overall']['mrr']:.3f}", *(f"{whole['kinds'][kind]['mrr']:.3f}" for kind in kinds)]
    for row in rows[1:]:
        figures = row["figures"]
        change = figures["overall"]["mrr"] - whole["overall"]["mrr"]
        changes = [figures["kinds"][kind]["mrr"] - whole["kinds"][kind]["mrr"] for kind in kinds]
        yield [row["weight"], f"{row['value']} → {row['without']:g}", *(f"{each:+.3f}" for each in (change, *changes))]
