"""`hindsight tags`: what a text suggests of what it does not state."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click

from app.cli.console import answer, json_option, plain
from app.cli.opening import as_option, document_of, looking
from app.insight.tags.learning import HOW_BAD, WHERE, WHY, Learned, telling
from app.insight.tags.model import LIKELY, Said
from app.settings import load

# What is longer was no report: a character takes at most four bytes.
LONGEST = 4 * 1024 * 1024


@click.group()
def tags() -> None:
    """Tags that texts suggest, until somebody confirms them."""


@tags.command(epilog="Example: hindsight tags suggest - --json < draft.md")
@click.argument("id")
@as_option
@json_option
def suggest(id: str, who: str | None) -> None:
    """Say which causes the post-mortem ID speaks of, each with the sentence that says so.

    ID is a document's id or its path in its content folder; with `-` a text is read from standard input, whose first
    line is its title. A score of 0.5 and more is more likely right than wrong. Services and severity are told beside
    them; JSON has the causes alone.
    """
    with looking(load(), who) as (session, _, viewer):
        if id == "-":
            read = sys.stdin.buffer.read(LONGEST).decode("utf-8", "replace").lstrip("\ufeff\r\n ")
            title, _, why = read.partition("\n")
            how_bad = where = why
        else:
            found = document_of(session, viewer, id)
            title = found.title
            why, how_bad, where = (telling(found.sections, roles) for roles in (WHY, HOW_BAD, WHERE))
        learned = Learned(session)
    causes = learned.causes.suggest(title, why)
    beside = {
        "Services": learned.services.suggest(title, where),
        "Severity": learned.severities.suggest(title, how_bad),
    }
    said = [{"cause": each.value, "score": each.score, "evidence": each.evidence} for each in causes]
    answer(said, [line for name, each in ({"Causes": causes} | beside).items() for line in _lines(name, each)])


def _lines(name: str, found: Sequence[Said]) -> Iterator[str]:
    yield click.style(name, bold=True)
    if not found:
        yield "  nothing that the text says"
    for each in found:
        sure = "" if each.score >= LIKELY else click.style("  unsure", dim=True)
        yield plain(f"  {each.score:.2f}  {each.value}") + sure
        yield plain(f"        “{' '.join(each.evidence.split())}”")
        if each.words:
            yield click.style(plain(f"        by: {', '.join(each.words)}"), dim=True)
