"""The service catalog: the list, and of each service what to know before being on call for it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.http.parts import reading, viewer
from app.library import pages

# So much of each stands on the page; the rest is one link or one fold away.
INCIDENTS, RUNBOOKS, PATTERNS, PROMISES, NEIGHBOURS = 4, 5, 4, 6, 4

bp = Blueprint("services", __name__)


@bp.get("/services")
def listing() -> str:
    return render_template("services/list.html", services=pages.services(reading(), viewer()))


@bp.get("/services/<name>")
def show(name: str) -> str | Response:
    session, who, today = reading(), viewer(), datetime.now(UTC).date()
    service = pages.service(session, who, name)
    if service.name != name:
        return redirect(url_for("services.show", name=service.name), 301)
    incidents, total = pages.incidents_of_service(session, who, service.name, INCIDENTS)
    below, above = pages.neighbours(session, who, service.name, today)
    promises = pages.open_promises(session, who, service.name, today)
    return render_template(
        "services/show.html",
        service=service,
        team=pages.team(session, service.owner) if service.owner else None,
        texts=pages.texts_of_service(session, who, service.name),
        incidents=incidents,
        total=total,
        patterns=pages.repeated(session, who, service.name),
        promises=promises,
        late=sum(promise.overdue(today) for promise in promises),
        depends_on=below,
        needed_by=above,
        most={"runbooks": RUNBOOKS, "patterns": PATTERNS, "promises": PROMISES, "neighbours": NEIGHBOURS},
        today=today,
    )
