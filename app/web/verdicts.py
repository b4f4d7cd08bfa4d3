"""What people say of two incidents that were shown as alike."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.http.forms import one
from app.http.parts import end_reading, parts, viewer
from app.http.redirects import safe_next
from app.insight import curate

bp = Blueprint("verdicts", __name__)


@bp.post("/similar/verdict")
def judge() -> Response:
    """“Yes, the same” or “Not this one”, of two incidents."""
    document, other, alike = (one(request.form, name) for name in ("document", "other", "alike"))
    if alike not in ("yes", "no"):
        raise Invalid("Say whether they are alike: yes or no.")
    end_reading()
    with parts().database.write() as session:
        curate.judge(session, viewer(), document, other, alike == "yes", datetime.now(UTC))
    return redirect(safe_next(request.form.get("next")), 303)
