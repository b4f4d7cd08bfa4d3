"""What becomes of a search, for the board of misses: that it was asked, what a browser tells of it, “Was this it?”.

All of it is told without who: nothing here reads the account, and the two addresses take no token, which would tie a
page to its reader. They count only what a page of this very site has sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from flask import Blueprint, Flask, after_this_request, current_app, render_template, request
from werkzeug.wrappers import Response

from app.db import Database
from app.errors import Invalid
from app.http.forms import one
from app.http.guards import FOR_MACHINES
from app.http.paging import page_number
from app.http.parts import parts, reading, viewer
from app.library import pages
from app.people.misses import Tally

NAME = "hindsight-tally"
PASTED, SECONDS = "pasted", 10
ANSWERS = {"yes": True, "no": False}

bp = Blueprint("outcomes", __name__)


def tally() -> Tally:
    held: Tally = current_app.extensions[NAME]
    return held


@bp.app_template_global()
def counting() -> bool:
    """Whether what is asked on this page is counted."""
    return parts().settings.count_queries and PASTED not in request.cookies


def count(text: str, found: int) -> None:
    """Notes a finished question, once: not its further pages, nor what a browser fetches in case it is wanted."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if counting() and request.method == "GET" and page_number() == 1 and not ahead:
        _once_answered(partial(tally().asked, text, found))


def leave_uncounted(response: Response) -> Response:
    """For a redirect to the search for what was pasted: that is not counted. Said by a cookie that lasts for the next
    request, so that the address stays the one that is passed on.
    """
    response.set_cookie(PASTED, "1", max_age=SECONDS, path="/search", httponly=True, samesite="Lax")
    return response


@bp.post("/search/outcome")
def tell() -> tuple[str, int]:
    """A browser tells what became of a question: `opened` is yes or no. `asked`: it was finished without Enter, by
    opening a hit or by being looked at for a while, and is counted now.
    """
    _own_page_only()
    text, opened = one(request.form, "q"), ANSWERS.get(request.form.get("opened", ""))
    if opened is None:
        raise Invalid("The form must say whether something was `opened`: yes or no.")
    if counting():
        if request.form.get("asked") == "yes":
            tally().asked(text, found=int(request.form.get("nothing") != "yes"))
        tally().told(text, opened, request.form.get("before", ""))
    return "", 204


@bp.post("/search/was-this-it")
def judge() -> str:
    """Yes or no to one result: the form's button is named so, and its value is the result's address."""
    _own_page_only()
    text = one(request.form, "q")
    answer = next((name for name in ANSWERS if name in request.form), None)
    if answer is None:
        raise Invalid("The form must answer yes or no. Go back, load the page again and press one of the two buttons.")
    document = pages.document(reading(), viewer(), _id(one(request.form, answer)))
    if counting():
        tally().judged(text, document.id, ANSWERS[answer])
    return render_template("misses/noted.html", q=text, right=ANSWERS[answer], document=document)


def _id(address: str) -> str:
    """The document's id in the address of its page: `/runbooks/<id>/<slug>#s-<section>`."""
    parts = address.partition("#")[0].split("/")
    return unquote(parts[2]) if len(parts) > 2 else ""


def _own_page_only() -> None:
    """Raises Invalid for what no page of this site has sent: browsers say where a form comes from."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = site == "same-origin" if site else origin in (f"https://{request.host}", f"http://{request.host}")
    if not ours:
        raise Invalid("This was not sent from a page of this site, so nothing was counted.")


def _once_answered(do: Callable[[], None]) -> None:
    """Whoever asked does not wait for it."""

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(do)
        return response


def _write_when_due(response: Response) -> Response:
    """Once the answer is out, what was counted is written, where it is time for that."""
    if request.endpoint not in FOR_MACHINES:
        response.call_on_close(partial(_write, tally(), parts().database))
    return response


def _write(held: Tally, database: Database) -> None:
    if held.due():
        held.write(database)


def install(app: Flask) -> None:
    app.extensions[NAME] = Tally()
    app.after_request(_write_when_due)
    app.extensions["csrf"].exempt(bp)
    app.register_blueprint(bp)
