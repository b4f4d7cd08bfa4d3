"""Post-mortems, runbooks, guides and reading lists: their pages, their lists, and every old address of theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import reading, viewer
from app.http.routes import KINDS
from app.insight.facts import turns
from app.insight.weights import PARTS
from app.library import pages
from app.library.documents import Document
from app.retrieval.find import first_command
from app.text.addresses import candidates
from app.web import reading as courses
from app.web.alike import like
from app.web.outline import outline
from app.web.prose import hrefs, page_html
from app.web.timeline import course

bp = Blueprint("documents", __name__)


@bp.get(f"/{KINDS}")
def listing(kinds: str) -> str:
    kind, number = kinds.removesuffix("s"), page_number()
    rows, total = pages.listing(reading(), viewer(), kind, PER_PAGE, (number - 1) * PER_PAGE)
    progress = courses.progress(rows) if kind == "reading-list" else []
    return render_template("documents/list.html", kind=kind, page=Page(rows, number, total), progress=progress)


@bp.get(f"/{KINDS}/<id>")
def find(kinds: str, id: str) -> Response:
    return _moved(pages.document(reading(), viewer(), id))


@bp.get(f"/{KINDS}/<id>/<slug>")
def show(kinds: str, id: str, slug: str) -> str | Response:
    document = pages.document(reading(), viewer(), id)
    if request.path != document.address:
        return _moved(document)
    html, today = _html(document), datetime.now(UTC).date()
    progress = courses.progress([document])[0] if document.kind == "reading-list" else None
    if progress:
        html = {section: courses.with_places(text, progress) for section, text in html.items()}
    return render_template(
        f"documents/{document.kind}.html",
        document=document,
        incident=document.incident,
        html=html,
        old_anchors=pages.old_anchors(reading(), document),
        outline=outline(document),
        course=course(document.incident) if document.incident else None,
        turns=turns(reading(), viewer(), document, today) if document.incident else [],
        suggested=pages.suggested_of(reading(), document) if document.incident else [],
        today=today,
        similar=like(document),
        part_weights=PARTS,
        severities=_severities(document),
        progress=progress,
        lists=courses.progress(pages.lists_of(reading(), viewer(), document)),
        changed_since=courses.changed_since,
    )


@bp.get(f"/{KINDS}/<id>/<slug>/template")
def template(kinds: str, id: str, slug: str) -> Response:
    """The text that a guide offers to copy, as a file."""
    document = pages.document(reading(), viewer(), id)
    if document.renders == "severities":
        levels = pages.severities(reading())
        text: str | None = render_template("documents/levels.md", document=document, severities=levels)
    else:
        text = next((code for section in document.sections if (code := first_command(section.html))), None)
    if not document.template or text is None:
        raise NotFound("This document offers no template.")
    response = make_response(text.rstrip() + "\n")
    response.headers["Content-Type"] = "text/markdown; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=document.template)
    return response


def _severities(document: Document) -> dict[str, Any] | None:
    return pages.severities(reading()) if document.renders in ("severities", "roles") else None


def _moved(document: Document) -> Response:
    query = request.query_string.decode("ascii", "ignore")
    return redirect(document.address + (f"?{query}" if query else ""), 301)


def _html(document: Document) -> dict[int, Markup]:
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
