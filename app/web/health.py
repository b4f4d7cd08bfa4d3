"""What machines ask: is the process up, can it answer, and what has it counted."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError
from app.http.metrics import exposition
from app.http.parts import parts, reading
from app.library.revisions import LIBRARY, current

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database and index can be read; `lag` is how many changes the index has not seen yet."""
    library = index = None
    problems = {}
    try:
        library = current(reading(), LIBRARY)
    except SQLAlchemyError:
        problems["database"] = "does not answer"
    try:
        index = parts().engine.state().revision
    except AppError as error:
        problems["index"] = str(error)
    lag = library - index if library is not None and index is not None else None
    status = "unready" if problems else "ready"
    return jsonify(status=status, library=library, index=index, lag=lag, problems=problems), 503 if problems else 200


@bp.get("/metrics")
def metrics() -> Response:
    figures: dict[str, tuple[str, float]] = {}
    try:
        figures["hindsight_library_revision"] = ("Revision of the library", current(reading(), LIBRARY))
    except SQLAlchemyError:
        figures["hindsight_database_up"] = ("Whether the database answers", 0)
    try:
        state = parts().engine.state()
        figures["hindsight_index_revision"] = ("Revision that the index stands at", state.revision)
        figures["hindsight_documents"] = ("Documents in the index", state.documents)
    except AppError:
        figures["hindsight_index_up"] = ("Whether the index can be read", 0)
    return Response(exposition(figures), content_type=CONTENT_TYPE_LATEST)
