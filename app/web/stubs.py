"""A runbook to begin with: the template, filled with what is known, and the place where its file belongs."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from app.http.parts import parts, reading, viewer
from app.library import pages

FOLDER = "runbooks"
FIELDS = ("title", "alert", "service", "query")
LONGEST = 200
LONGEST_NAME = 60
UNNAMED = "new-runbook"
UNTITLED = "<What is wrong, as the page says it>"

bp = Blueprint("stubs", __name__)


@dataclass(frozen=True)
class Stub:
    """`path` is where the file belongs within a content folder."""

    title: str
    path: str
    text: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def stub(
    title: str, alert: str | None = None, service: str | None = None, query: str | None = None, owner: str | None = None
) -> Stub:
    """A runbook of this title, as the template has it: what is not known stands in it as a comment or in `<…>`, so that
    the file can be read in as it is. `query`: what was searched for, which finds the runbook from then on.
    """
    # Imported with the first stub: a site that has just been started answers questions without it.
    from slugify import slugify

    known = {"alert": alert, "service": service, "query": query, "owner": owner}
    said = {name: _one_line(text or "") for name, text in known.items()}
    title = _one_line(title) or said["alert"] or _sentence(said["query"]) or UNTITLED
    name = slugify(title, max_length=LONGEST_NAME, word_boundary=True) if title != UNTITLED else ""
    path = f"{FOLDER}/{name or UNNAMED}.md"
    text = render_template("stubs/runbook.md", path=path, title=title, text_of=_yaml, **said)
    return Stub(title, path, text.rstrip() + "\n")


def _one_line(text: str) -> str:
    """Without what no line of a file should hold: line ends, control characters, marks that turn the reading order."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:LONGEST].strip()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _yaml(text: str) -> str:
    """As a YAML text: what JSON writes in quotes is one."""
    return json.dumps(text, ensure_ascii=False)


@bp.get("/runbooks/stub")
def show() -> str:
    given, folder = _given(), parts().settings.content[0].name
    made = _filled(given)
    taken = pages.by_path(reading(), viewer(), folder, [made.path]).get(made.path)
    return render_template("stubs/show.html", stub=made, folder=folder, taken=taken, given=given)


@bp.get("/runbooks/stub.md")
def download() -> Response:
    made = _filled(_given())
    response = make_response(made.text)
    response.headers["Content-Type"] = "text/markdown; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def _given() -> dict[str, str]:
    return {name: value for name in FIELDS if (value := request.args.get(name, "").strip())}


def _filled(given: dict[str, str]) -> Stub:
    owners = {each.row.name: each.row.owner for each in pages.services(reading(), viewer())}
    return stub(**{"title": "", **given}, owner=owners.get(given.get("service", "")))
