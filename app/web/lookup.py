"""A pasted page, answered on one screen. Nothing that is pasted is stored, counted, logged or sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.http.errors import wants_json
from app.http.forms import one
from app.http.parts import parts, reading, viewer
from app.web.outcomes import leave_uncounted
from app.web.shown import shown

if TYPE_CHECKING:
    from app.lookup.answer import Answer
    from app.lookup.understood import Part

# One line of so many characters is a question: it belongs into an address that can be kept.
LONGEST_QUESTION = 200
# So many parts may have been taken away.
MOST_REMOVED = 64

bp = Blueprint("lookup", __name__)


@bp.route("/lookup", methods=("GET", "POST"))
def show() -> str | AnyResponse:
    if request.method != "POST":
        return render_template("lookup/show.html", answer=None)
    if wants_json():
        return answer()
    text, removed = _pasted(), _removed()
    found = _answer(text, removed)
    question = text.strip()
    # What holds a secret goes into no address, however short it is.
    if not removed and not found.masked and len(question) <= LONGEST_QUESTION and len(question.splitlines()) <= 1:
        return leave_uncounted(redirect(url_for("search.show", q=question), 303))
    return render_template("lookup/show.html", removed=removed, **shown(found))


@bp.post("/lookup.json")
def answer() -> Response:
    from app.lookup.written import written

    return jsonify(written(_answer(_pasted(), _removed()), parts().settings.base_url))


def _pasted() -> str:
    """A browser sends every line end as CR LF."""
    return one(request.form, "q").replace("\r\n", "\n")


def _removed() -> list[Part]:
    """What the reader took away, without what was put back: each `kind:value`, as the page's buttons send it."""
    # Imported with the first paste: a site that has just been started answers questions without it.
    from app.lookup.understood import Part

    back = set(request.form.getlist("restore"))
    said = [each for name in ("removed", "remove") for each in request.form.getlist(name) if each not in back]
    pairs = (each.replace("\r\n", "\n").partition(":") for each in dict.fromkeys(said[:MOST_REMOVED]))
    return [Part(kind, value, "") for kind, _, value in pairs if kind and value]


def _answer(text: str, removed: list[Part]) -> Answer:
    from app.lookup.answer import answer as look_up

    gone = [(part.kind, part.value) for part in removed]
    return look_up(reading(), parts().engine, viewer(), text, gone)
