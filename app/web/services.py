"""The service catalog: the list, and each service with its runbooks, incidents and neighbours."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.http.parts import reading, viewer
from app.library import pages

bp = Blueprint("services", __name__)


@bp.get("/services")
def listing() -> str:
    return render_template("services/list.html", services=pages.services(reading(), viewer()))


@bp.get("/services/<name>")
def show(name: str) -> str | Response:
    session, who = reading(), viewer()
    service = pages.service(session, who, name)
    if service.name != name:
        return redirect(url_for("services.show", name=service.name), 301)
    documents = pages.documents_of_service(session, who, service.name)
    below, above = pages.dependencies(session, who, service.name)
    return render_template(
        "services/show.html",
        service=service,
        runbooks=[document for document in documents if document.kind == "runbook"],
        incidents=[document for document in documents if document.kind == "postmortem"],
        guides=[document for document in documents if document.kind in ("guide", "reading-list")],
        actions=pages.actions_of(session, documents),
        depends_on=below,
        needed_by=above,
        today=datetime.now(UTC).date(),
    )
