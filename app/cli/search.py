"""`hindsight search`: the results page, in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from html import unescape
from typing import Any

import click
from markupsafe import Markup

from app.cli.console import WANTING, answer, json_option, note, plain
from app.cli.opening import as_option, looking
from app.retrieval.find import MOST_PER_PAGE, PAGE, Found, FoundHit, find
from app.settings import Settings, load

_MARKED = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_TAG = re.compile(r"</?mark>")


@click.command(epilog="Example: hindsight search 'pool exhausted kind:runbook' --as anonymous --json")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, MOST_PER_PAGE), default=PAGE, show_default=True, help="Most hits to show."
)
@click.option("--explain", is_flag=True, help="Also say why each hit stands where it stands.")
@as_option
@json_option
def search(query: tuple[str, ...], limit: int, explain: bool, who: str | None) -> None:
    """Find documents, as the results page does.

    QUERY is words, "a phrase", -not, OR, and the filters service: cause: severity: kind: owner: alert: tag: has:actions
    after: before:. One that begins with a minus stands after `--`. Ends with 1 where nothing is found.
    """
    settings = load()
    with looking(settings, who) as (session, engine, viewer):
        found = find(session, engine, viewer, " ".join(query), limit=limit, explain=explain)
    answer(_data(found, settings), _lines(found, settings))
    for message in found.messages:
        note(plain(message))
    if found.left_out:
        note(plain(f"Nothing holds all of these words. Left out: {', '.join(found.left_out)}."))
    for word, others in found.corrections.items():
        note(plain(f"“{word}” is nowhere in what was searched; shown instead: {', '.join(others)}."))
    if not found.hits:
        click.get_current_context().exit(WANTING)


def _data(found: Found, settings: Settings) -> dict[str, Any]:
    return {
        "query": found.text,
        "total": found.total,
        "took_ms": round(found.took_ms, 3),
        "hits": [_hit(hit, settings) for hit in found.hits],
        "facets": {
            name: [{"value": each.value, "count": each.count} for each in values]
            for name, values in found.facets.items()
        },
    }


def _hit(hit: FoundHit, settings: Settings) -> dict[str, Any]:
    """`section` is where the address leads; where that is the document's beginning, its title and an empty anchor."""
    document, section = hit.document, hit.section
    inside = section if section and section.level else None
    return {
        "id": document.id,
        "kind": document.kind,
        "title": document.title,
        "path": document.path,
        "url": settings.base_url + hit.address,
        "section": {
            "title": inside.heading if inside else document.title,
            "anchor": f"s-{inside.anchor}" if inside else "",
        },
        "score": round(hit.score, 6),
        "snippet": unescape(_TAG.sub("", str(hit.snippet))),
        **({"reasons": [asdict(reason) for reason in hit.reasons]} if hit.reasons else {}),
    }


def _lines(found: Found, settings: Settings) -> Iterator[str]:
    yield f"{found.total:,} found in {found.took_ms:.0f} ms" if found.hits else "Nothing found."
    for hit in found.hits:
        inside = f" › {plain(hit.section.heading)}" if hit.section and hit.section.level else ""
        yield ""
        yield f"{click.style(plain(hit.document.title), bold=True)}{inside}  ({hit.document.kind})"
        yield f"  {_emphasised(hit.snippet)}"
        yield click.style(f"  {settings.base_url}{hit.address}", dim=True)
        for reason in hit.reasons:
            yield f"  {reason.points:8.3f}  {reason.name}: {plain(reason.detail)}"


def _emphasised(snippet: Markup) -> str:
    return unescape(_MARKED.sub(lambda marked: click.style(marked[1], bold=True), plain(str(snippet))))
