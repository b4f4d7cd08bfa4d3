"""The board of misses, for editors: what was looked for and not found, and the two ways to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.http.forms import one
from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import end_reading, parts, reading, viewer
from app.library.pages import misses as asked
from app.people import misses as people
from app.people import synonyms as added
from app.retrieval.find import FoundHit, find
from app.retrieval.synonyms import synonyms
from app.search.parser import parse
from app.web.onward import begun, said
from app.web.outcomes import tally

TABS = {
    "nothing": "Found nothing",
    "unopened": "Opened nothing",
    "reworded": "Asked again",
    "wrong": "Marked wrong",
    "synonyms": "Synonyms",
}
FIRST = 5
# So many hits of each question are compared; what changes further below changes nothing for anybody.
COMPARED = 50
# A question of more words is no synonym of anything: the editor takes the telling ones out of it.
MOST_WORDS = 4

bp = Blueprint("misses", __name__)


@dataclass(frozen=True)
class Change:
    """What a synonym would do to one question. `places`: where each of the first hits stood before, from 1; None: it is
    found only now. `further`: what else is found only now.
    """

    question: str
    before: int
    after: int
    hits: Sequence[FoundHit]
    places: Sequence[int | None]
    further: Sequence[FoundHit]

    @property
    def same(self) -> bool:
        return not self.further and list(self.places) == list(range(1, len(self.hits) + 1))


@bp.get("/misses")
def show() -> str:
    about = request.args.get("about", "nothing")
    about = about if about in TABS else "nothing"
    # Written first, and read after that: what was asked a moment ago stands here too.
    end_reading()
    tally().write(parts().database, patient=True)
    number, session, since = page_number(), reading(), people.first_day(_today())
    frame = {"tabs": TABS, "about": about, "days": people.DAYS_KEPT}
    if about == "synonyms":
        rows = added.in_force(session)
        return render_template("misses/synonyms.html", **frame, rows=rows, known=synonyms(session))
    questions: dict[str, Callable[[int, int], asked.Misses]] = {
        "nothing": lambda limit, offset: asked.found_nothing(session, since, limit, offset),
        "unopened": lambda limit, offset: asked.unopened(session, since, limit, offset),
        "reworded": lambda limit, offset: asked.reworded(session, since, limit, offset),
        "wrong": lambda limit, offset: asked.rejected(session, viewer(), since, limit, offset),
    }
    found, total = questions[about](PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "misses/show.html", **frame, page=Page(found, number, total), told=asked.told(session, since), begun=begun
    )


@bp.post("/misses/handled")
def handled() -> Response:
    form = request.form
    _handle(one(form, "text"), form.get("other", ""), form.get("document", ""))
    return redirect(url_for("misses.show", about=form.get("about", "nothing")), 303)


@bp.get("/misses/synonym")
def preview() -> str | tuple[str, int]:
    """What a synonym would change. Nothing is saved by looking."""
    text, other, written = (request.args.get(name, "").strip() for name in ("text", "other", "words"))
    given = {"text": text, "other": other, "about": request.args.get("about", "nothing")}
    if "show" not in request.args:
        return render_template("misses/synonym.html", given=given, words=written or _differing(text, other))
    try:
        words = added.group(written)
    except Invalid as why:
        return render_template("misses/synonym.html", given=given, words=written, alarm=str(why)), 400
    asking = list(dict.fromkeys(filter(None, [text, other, *words])))
    known = synonyms(reading(), words)[words[0]]
    return render_template(
        "misses/synonym.html",
        given=given,
        words=", ".join(words),
        joined=[word for word in known if word not in words],
        changes=[_change(question, words) for question in asking],
    )


@bp.post("/misses/synonyms")
def add() -> Response:
    words, who, now = added.group(one(request.form, "words")), viewer().id, datetime.now(UTC)
    end_reading()
    with parts().database.write() as session:
        added.add(session, words, who or 0, now)
    if text := request.form.get("text"):
        _handle(text, request.form.get("other", ""))
    return redirect(url_for("misses.show", about="synonyms"), 303)


@bp.post("/misses/synonyms/<int:id>/withdraw")
def withdraw(id: int) -> Response:
    who, now = viewer().id, datetime.now(UTC)
    end_reading()
    with parts().database.write() as session:
        added.withdraw(session, id, who or 0, now)
    return redirect(url_for("misses.show", about="synonyms"), 303)


@bp.get("/misses/synonyms.yml")
def download() -> Response:
    """The groups that were added here, to be put into `synonyms.yml`."""
    groups = [row.words for row in reversed(added.in_force(reading()))]
    response = make_response(added.as_yaml(groups))
    response.headers["Content-Type"] = "application/yaml; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename="synonyms.yml")
    return response


def _handle(text: str, other: str = "", document: str = "") -> None:
    end_reading()
    # What is counted already but not yet written must not bring back what is handled now.
    tally().write(parts().database, patient=True)
    with parts().database.write() as session:
        people.handle(session, text, other, document)


def _change(question: str, words: Sequence[str]) -> Change:
    def ask(more: Sequence[str]) -> tuple[int, Sequence[FoundHit]]:
        found = find(reading(), parts().engine, viewer(), question, limit=COMPARED, facets=(), more_synonyms=more)
        return found.total, found.hits

    (before, then), (after, now) = ask(()), ask(words)
    places = {hit.document.id: place for place, hit in enumerate(then, 1)}
    further = [hit for hit in now[FIRST:] if hit.document.id not in places]
    return Change(question, before, after, now[:FIRST], [places.get(hit.document.id) for hit in now[:FIRST]], further)


def _differing(text: str, other: str = "") -> str:
    """The words to begin with: of two questions those in which they differ, of one the whole where it is short."""
    mine, theirs = said(parse(text)).split(), said(parse(other)).split()
    pair = [
        " ".join(word for word in words if word not in rest)
        for words, rest in ((mine, theirs), (theirs, mine))
        if words
    ]
    return ", ".join(words for words in pair if words and len(words.split()) <= MOST_WORDS)


def _today() -> date:
    return datetime.now(UTC).date()
