"""Alerts by name: what a link in an alert's annotation leads to, answered as a pasted page is.

`runbook_url: https://kb/alerts/{{ $labels.alertname }}` serves every alert; labels behind it (`?namespace=shop`) fill
the placeholders of the runbook's commands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from rapidfuzz import fuzz, process
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.http.errors import wants_json
from app.http.parts import parts, reading, viewer
from app.library import pages
from app.web.shown import shown

if TYPE_CHECKING:
    from app.lookup.answer import Answer

NEAREST = 5
# How alike two names are, in hundredths, to be offered for one another.
ALIKE = 60
MOST_LABELS = 40
LONGEST_LABEL = 300

bp = Blueprint("alerts", __name__)


@bp.get("/alerts")
def listing() -> str:
    return render_template("alerts/list.html", alerts=pages.alerts(reading(), viewer()))


@bp.get("/alerts/<name>")
def show(name: str) -> str | Response:
    try:
        written, documents = pages.alert(reading(), viewer(), name)
    except NotFound:
        if wants_json():
            raise
        return _unknown(name)
    if written != name:
        return redirect(url_for("alerts.show", name=written) + _query(), 301)
    found = _known(name)
    told = {each.document.id for each in found.runbooks} | {each.document.id for each in found.incidents}
    return render_template(
        "alerts/show.html", name=written, others=[each for each in documents if each.id not in told], **shown(found)
    )


def _unknown(name: str) -> Response:
    """No document names it: the nearest names, what is known all the same, and the runbook to write."""
    known = {alert.casefold(): alert for alert, _, _ in pages.alerts(reading(), viewer())}
    near = process.extract(name.casefold(), known.keys(), scorer=fuzz.ratio, limit=NEAREST, score_cutoff=ALIKE)
    nearest = [known[folded] for folded, _, _ in near]
    found = _known(name)
    return make_response(
        render_template("alerts/unknown.html", name=name, nearest=nearest, query=_query(), **shown(found)), 404
    )


def _query() -> str:
    """The labels that the link brought, to be taken along."""
    query = request.query_string.decode("ascii", "ignore")
    return f"?{query}" if query else ""


def _known(name: str) -> Answer:
    """What is known about the alert, as a notification would say it."""
    # Imported with the first alert: a site that has just been started answers questions without it.
    from app.lookup.answer import answer

    labels = {key: value[:LONGEST_LABEL] for key, value in list(request.args.items())[:MOST_LABELS]}
    page = json.dumps([{"status": "firing", "labels": {**labels, "alertname": name}, "annotations": {}}])
    return answer(reading(), parts().engine, viewer(), page)
