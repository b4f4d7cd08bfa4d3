"""Post-mortems, runbooks, guides and reading lists: their pages, their lists, and every old address of theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import reading, viewer
from app.http.routes import KINDS
from app.library import pages
from app.library.documents import Document
from app.web.outline import outline
from app.web.prose import candidates, hrefs, page_html
from app.web.timeline import course

bp = Blueprint("documents", __name__)


@bp.get(f"/{KINDS}")
def listing(kinds: str) -> str:
    kind, number = kinds.removesuffix("s"), page_number()
    rows, total = pages.listing(reading(), viewer(), kind, PER_PAGE, (number - 1) * PER_PAGE)
    return render_template("documents/list.html", kind=kind, page=Page(rows, number, total))


@bp.get(f"/{KINDS}/<id>")
def find(kinds: str, id: str) -> Response:
    return _moved(pages.document(reading(), viewer(), id))


@bp.get(f"/{KINDS}/<id>/<slug>")
def show(kinds: str, id: str, slug: str) -> str | Response:
    document = pages.document(reading(), viewer(), id)
    if request.path != document.address:
        return _moved(document)
    return render_template(
        f"documents/{document.kind}.html",
        document=document,
        incident=document.incident,
        html=_html(document),
        old_anchors=pages.old_anchors(reading(), document),
        outline=outline(document),
        course=course(document.incident) if document.incident else None,
        today=datetime.now(UTC).date(),
        severities=pages.severities(reading()) if document.renders == "severities" else None,
    )


def _moved(document: Document) -> Response:
    query = request.query_string.decode("ascii", "ignore")
    return redirect(document.address + (f"?{query}" if query else ""), 301)


def _html(document: Document) -> dict[int, str]:
    """Each section's HTML by its id, with links to other documents leading to their pages."""
    links = hrefs(section.html for section in document.sections)
    files = {href: candidates(document.path, href) for href in links}
    known = pages.by_path(reading(), viewer(), document.source, [path for paths in files.values() for path in paths])

    def resolve(href: str) -> str | None:
        fragment = urlsplit(href).fragment
        anchor = "#s-" + fragment.removeprefix("s-") if fragment else ""
        if href.startswith("#"):
            return anchor or None
        address = next((known[path] for path in files[href] if path in known), None)
        return address + anchor if address else None

    return {section.id: page_html(section.html, resolve) for section in document.sections}
