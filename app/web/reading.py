"""Reading lists with the reader's progress: kept in the account of who is signed in, else in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.http.forms import one
from app.http.parts import end_reading, parts, reading, viewer
from app.http.redirects import safe_next
from app.http.sessions import cookies_can_be_secure
from app.library import User, pages
from app.library.documents import Document
from app.people import reading as people
from app.people.accounts import viewer_of
from app.web.prose import HREF, TAG

# A browser keeps 4 KB a cookie; the documents that were read first are forgotten first.
COOKIE, LONGEST, YEAR = "read", 3_600, 365 * 86_400

Marks = Mapping[str, datetime | None]

bp = Blueprint("reading", __name__)


@dataclass(frozen=True)
class Progress:
    """A reading list as one reader stands in it. `marks`: when each document was read; None where that is not known."""

    document: Document
    readings: Sequence[Document]
    marks: Marks

    @property
    def read(self) -> int:
        return sum(each.id in self.marks for each in self.readings)

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.readings)

    @property
    def minutes_left(self) -> int:
        return sum(each.minutes for each in self.readings if each.id not in self.marks)

    @property
    def next(self) -> Document | None:
        """The first that is not read yet."""
        return next((each for each in self.readings if each.id not in self.marks), None)

    def after(self, document: Document) -> Document | None:
        """What comes next for who reads this one now: the next unread one behind it, else the first before it."""
        place = next((place for place, each in enumerate(self.readings) if each.id == document.id), -1)
        others = [*self.readings[place + 1 :], *self.readings[: max(place, 0)]]
        return next((each for each in others if each.id not in self.marks), None)


def marks() -> Marks:
    who = viewer()
    if who.id is not None:
        return people.marks(reading(), who.id)
    return dict.fromkeys(_remembered())


def progress(lists: Sequence[Document]) -> list[Progress]:
    """These lists with this reader's progress."""
    known = marks()
    found = pages.readings(reading(), viewer(), lists)
    return [Progress(each, found[each.id], known) for each in lists]


def changed_since(document: Document, known: Marks) -> bool:
    """Whether its text is another than the one that was read."""
    at = known.get(document.id)
    return at is not None and document.changed > at


def with_places(html: Markup, state: Progress) -> Markup:
    """A list's text with kind, minutes and progress under each item that begins with a link to one of its documents."""
    found = {each.address: each for each in state.readings}
    text, out = str(html), list[str]()
    open_items: list[Document | None] = []
    end = 0
    for tag in TAG.finditer(text):
        out.append(text[end : tag.start()])
        end = tag.end()
        if tag[2] == "li" and not tag[1]:
            open_items.append(None)
        elif tag[2] == "a" and not tag[1] and open_items and open_items[-1] is None and (href := HREF.search(tag[3])):
            open_items[-1] = found.get(unescape(href[1]).partition("#")[0])
        elif tag[2] == "li" and open_items and (document := open_items.pop()):
            changed = changed_since(document, state.marks)
            out.append(render_template("reading/_place.html", place=document, state=state, changed=changed))
        out.append(tag[0])
    return Markup("".join(out) + text[end:])  # noqa: S704 - the same HTML, with pieces that a template escaped


@bp.post("/read")
def mark() -> Response:
    """Marks a document as read, or (`read=no`) as not read."""
    document = pages.document(reading(), viewer(), one(request.form, "document")).id
    done, who, now = one(request.form, "read") == "yes", viewer(), datetime.now(UTC)
    response = redirect(safe_next(request.form.get("next")), 303)
    end_reading()
    if who.id is None:
        _remember(response, [*(id for id in _remembered() if id != document), *([document] if done else [])])
        return response
    with parts().database.write() as session:
        if done:
            people.mark(session, who.id, [document], now)
        else:
            people.unmark(session, who.id, [document])
    return response


def take_along(session: Session, user: User, at: datetime) -> None:
    """What was read in this browser before signing in belongs to the account from now on."""
    if wanted := _remembered():
        there = pages.existing(session, viewer_of(user), wanted)
        known = people.marks(session, user.id)
        people.mark(session, user.id, [id for id in there if id not in known], at)


def forget(response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path="/")


def _remembered() -> list[str]:
    return [id for id in request.cookies.get(COOKIE, "").split("/") if id]


def _remember(response: Response, ids: Sequence[str]) -> None:
    while sum(len(id) + 1 for id in ids) > LONGEST:
        ids = ids[1:]
    secure = cookies_can_be_secure(parts().settings)
    response.set_cookie(COOKIE, "/".join(ids), max_age=YEAR, secure=secure, httponly=True, samesite="Lax", path="/")
