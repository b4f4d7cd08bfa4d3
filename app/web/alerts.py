"""Alerts by name: the runbooks that answer each, and the incidents that raised it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.http.parts import reading, viewer
from app.library import pages

bp = Blueprint("alerts", __name__)


@bp.get("/alerts")
def listing() -> str:
    return render_template("alerts/list.html", alerts=pages.alerts(reading(), viewer()))


@bp.get("/alerts/<name>")
def show(name: str) -> str | Response:
    written, documents = pages.alert(reading(), viewer(), name)
    if written != name:
        return redirect(url_for("alerts.show", name=written), 301)
    return render_template(
        "alerts/show.html",
        name=written,
        runbooks=[document for document in documents if document.kind == "runbook"],
        incidents=[document for document in documents if document.kind == "postmortem"],
        others=[document for document in documents if document.kind not in ("runbook", "postmortem")],
    )
