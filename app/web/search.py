"""The results page, and the same answer as JSON for the page that fills itself as one types."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from app.http.metrics import DROPPED, SEARCHES
from app.http.paging import Page, page_number
from app.http.parts import parts, reading, viewer
from app.retrieval.find import MOST_OFFSET, PAGE, find
from app.web import cards, outcomes
from app.web.alike import beside

LONGEST = 2000
# What `typing` says: asked at a key press, or when whoever types has paused. Neither is a finished question.
KEY, PAUSED = "1", "paused"
TOO_LONG = f"Only the first {LONGEST:,} characters were used."

bp = Blueprint("search", __name__)


@bp.get("/search")
def show() -> str:
    text = request.args.get("q", "").strip()
    if not text:
        return render_template("search/show.html", q="", answer=None)
    explain = request.args.get("explain") == "1"
    answer = _answer(text, explain=explain)
    reached = min(answer["total"], MOST_OFFSET + PAGE)
    page = Page(answer["hits"], page_number(), reached, PAGE)
    return render_template("search/show.html", q=text, answer=answer, page=page, explain=explain)


@bp.get("/search.json")
def answer() -> Response:
    typing = request.args.get("typing")
    return jsonify(_answer(request.args.get("q", "").strip(), typing in (KEY, PAUSED), paused=typing == PAUSED))


def _answer(text: str, typing: bool = False, paused: bool = False, explain: bool = False) -> dict[str, Any]:
    asked = " ".join(text[:LONGEST].split())
    offset = (page_number() - 1) * PAGE
    found = find(
        reading(),
        parts().engine,
        viewer(),
        asked,
        typing=typing,
        paused=paused,
        limit=PAGE,
        offset=offset,
        explain=explain,
    )
    SEARCHES.labels("found" if found.total else "nothing").inc()
    DROPPED.inc(found.dropped)
    if text and not typing and not explain:
        outcomes.count(text, found.total)
    # While one types only what is fast is asked.
    alike = [] if typing or offset else beside(asked)
    return {**cards.answer(found, [*found.messages, *([TOO_LONG] if len(text) > LONGEST else [])]), "alike": alike}
