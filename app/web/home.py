"""The first page: one box, and the ways in."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template

from app.http.parts import reading, viewer
from app.library import pages

NEWEST = 6
PROMISED = 5
RECURRING = 5
SOME = 8

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> str:
    session, who, today = reading(), viewer(), datetime.now(UTC).date()
    promised, waiting = pages.actions(session, who, today, limit=PROMISED)
    patterns, _ = pages.patterns(session, who, today, RECURRING)
    counted = sorted(pages.causes(session, who), key=lambda each: -each.count)
    return render_template(
        "home/show.html",
        counts=pages.counts(session, who),
        examples=pages.examples(session, who),
        newest=pages.listing(session, who, "postmortem", NEWEST)[0],
        runbooks=pages.listing(session, who, "runbook", NEWEST)[0],
        guides=pages.listing(session, who, "guide", NEWEST)[0],
        lists=pages.listing(session, who, "reading-list", NEWEST)[0],
        causes=[each for each in counted if each.count][:SOME],
        services=sorted(pages.services(session, who), key=lambda each: -each.count)[:SOME],
        patterns=patterns,
        promised=promised,
        waiting=waiting,
        today=today,
    )
