"""`hindsight eval`: how well the search answers, in figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from app.cli.ablate import ablation
from app.cli.ablate import lines as ablated
from app.cli.cause_eval import measure_causes
from app.cli.console import answer, json_option, note, plain, progress, read_lines, table
from app.cli.lookups import measure
from app.cli.opening import as_option, looking
from app.cli.recurrences import measure_patterns, measure_similar
from app.errors import Invalid
from app.library import Document
from app.library.visibility import seen_by
from app.retrieval.evaluate import DEPTH, Question
from app.retrieval.evaluate import evaluate as judge
from app.retrieval.find import find
from app.search.engine import Engine
from app.settings import load

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHARES = {"success_at_1": "first", "success_at_3": "in first 3", "recall_at_3": "recall at 3"}


@click.command("eval", epilog="Example: hindsight eval queries.jsonl --within kind:runbook --misses")
@click.argument("queries", required=False, type=FILE)
@click.option(
    "--within", metavar="QUERY", default="", help="Ask only among what answers this too, such as kind:runbook."
)
@click.option(
    "--misses", is_flag=True, help="Also show the first three hits of each question whose answer is not first."
)
@click.option("--ablate", is_flag=True, help="Also show what each weight is worth: the same without it (minutes).")
@click.option(
    "--lookups",
    type=FILE,
    help="Measure the answers to the pasted pages in this file instead.",
)
@click.option(
    "--patterns", type=FILE, help="Measure which incidents are put together, by the groups in this file, instead."
)
@click.option(
    "--similar", type=FILE, help="Measure which incidents are found to be like one another, by such groups, instead."
)
@click.option(
    "--causes",
    type=FILE,
    help="Measure the causes that texts suggest, by the judged ones in this file, instead. With --patterns or "
    "--similar: its incidents are compared too, though not in the library.",
)
@as_option
@json_option
def evaluate(
    queries: Path | None,
    within: str,
    misses: bool,
    ablate: bool,
    lookups: Path | None,
    patterns: Path | None,
    similar: Path | None,
    causes: Path | None,
    who: str | None,
) -> None:
    """Measure the search by the questions in QUERIES, whose answers are known.

    Each line is {"id", "kind", "query", "relevant": [path, …]}, paths relative to the content folder. A line of
    --lookups is {"id", "kind", "text", "expect_runbooks", "expect_postmortems", "expect_service"}; its lists are empty
    where nothing fits. The groups of --patterns and --similar are {"patterns": [{"documents": [path, …], "related":
    [path, …]}], "same_incident": […], "not_patterns": […]}. A line of --causes is {"id", "title", "text", "judged":
    [category, …]}; an id that is a document's path stands for that document.
    """
    given = [each for each in (queries, lookups, patterns, similar) if each is not None]
    if causes is not None and not given:
        measure_causes(causes, who)
        return
    if len(given) != 1:
        raise Invalid("Give one file: QUERIES, or --lookups, --patterns, --similar or --causes FILE.")
    if lookups is not None:
        measure(lookups, who, misses)
    elif patterns is not None:
        measure_patterns(patterns, causes, who)
    elif similar is not None:
        measure_similar(similar, causes, who)
    elif queries is not None:
        _measure_search(queries, within, misses, ablate, who)


def _measure_search(queries: Path, within: str, misses: bool, ablate: bool, who: str | None) -> None:
    questions = [_question(line, number) for number, line in enumerate(read_lines(queries), 1) if line.strip()]
    with looking(load(), who) as (session, engine, viewer), progress("Asking") as advance:
        here = set(session.scalars(select(Document.path).where(seen_by(viewer.audiences))))

        def judged(engine: Engine, misses: bool = False) -> dict[str, Any]:
            asked = count()

            def first_paths(query: str) -> list[str]:
                found = find(session, engine, viewer, query, limit=DEPTH, within=within, facets=())
                if advance:
                    advance(next(asked) + 1, len(questions))
                return [hit.document.path for hit in found.hits]

            return judge(questions, first_paths, misses)

        report = judged(engine, misses)
        if ablate:
            report["ablation"] = list(ablation(session, judged, engine.meaning))
    answer(report, _lines(report))
    if strange := sum(question.relevant.isdisjoint(here) for question in questions):
        note(
            f"{strange} of {len(questions)} questions name no document that is here; paths start in the content folder."
        )


def _question(line: str, number: int) -> Question:
    try:
        read = json.loads(line)
        id, kind, query, relevant = (read[key] for key in ("id", "kind", "query", "relevant"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid(
            f'Line {number} cannot be used; write {{"id", "kind", "query", "relevant": [path, …]}}.'
        ) from error
    if not isinstance(relevant, list) or not relevant or not all(isinstance(path, str) for path in relevant):
        raise Invalid(f"Line {number}: `relevant` must be a list with at least one path.")
    return Question(str(id), str(kind), str(query), frozenset(relevant))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    rows = [["", "questions", *SHARES.values(), "MRR"]]
    for name, figures in [*report["kinds"].items(), ("all", report["overall"])]:
        shares = [_share(figures, share) for share in SHARES]
        rows.append([name, str(figures["n"]), *shares, f"{figures['mrr']:.3f}"])
    yield from table(rows)
    if "ablation" in report:
        yield ""
        yield from table(list(ablated(report["ablation"])))
    for miss in report.get("misses", ()):
        yield ""
        place = f"found at {miss['rank']}" if miss["rank"] else f"not among the first {DEPTH}"
        yield f"{click.style(miss['id'], bold=True)} ({miss['kind']}, {place}): {plain(miss['query'])}"
        yield plain(f"  wanted {', '.join(miss['relevant'])}")
        yield plain(f"  first  {', '.join(miss['first']) or '(nothing)'}")


def _share(figures: dict[str, Any], name: str) -> str:
    count, of = figures[f"{name}_of"]
    return f"{figures[name]:.3f} ({count} of {of})"
