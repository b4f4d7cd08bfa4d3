"""From an error to a page, or its JSON twin, that says what to do next. Nothing of the inside is shown."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Unavailable, Unsupported
from app.http.parts import end_reading
from app.viewer import ANONYMOUS

log = logging.getLogger(__name__)

# Unknown and forbidden look alike: that something exists is already an answer.
STATUS: dict[type[AppError], int] = {
    NotFound: 404,
    Forbidden: 404,
    Invalid: 400,
    Conflict: 409,
    Unsupported: 400,
    Unavailable: 503,
}
TITLES = {
    400: "That request cannot be used",
    401: "Please sign in",
    404: "There is no such page, or it is not yours to see",
    405: "This address does not take that",
    409: "Somebody else changed this",
    413: "That is too large",
    500: "Something broke on our side",
    503: "A part of the site does not answer",
}
UNKNOWN = (
    "The address may be mistyped, or the document was taken away. "
    "Search for what you need; the words of its title are enough."
)
BROKEN = (
    "It has been written to the log. Trying again may help; if it does not, tell whoever runs this site "
    "what you were doing."
)
DATABASE = "The database does not answer now. Try again in a minute; whoever runs this site sees the reason in the log."


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or best == "application/json"


def answer(status: int, message: str) -> Response:
    title = TITLES.get(status, "That did not work")
    end_reading()
    if "viewer" not in g:
        g.viewer = ANONYMOUS
    if wants_json():
        response = jsonify(error={"status": status, "title": title, "message": message})
    else:
        response = make_response(render_template("errors/error.html", status=status, title=title, message=message))
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def _application(error: AppError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, Forbidden):
        return answer(status, UNKNOWN)
    if status >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    return answer(status, str(error))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None and status < 400:
        return make_response(error.get_response())
    if status < 400:
        return make_response(error.get_response())
    if isinstance(error, CSRFError):
        return answer(
            400,
            "The form was open for too long, or came from elsewhere. Load the page again and send it once more.",
        )
    message = UNKNOWN if status == 404 else str(error.description or "")
    response = answer(status, message)
    if status == 405 and error.valid_methods:  # type: ignore[attr-defined]
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _database(error: DBAPIError) -> Response:
    log.error("The database failed: %s", error.orig)
    return answer(503, DATABASE)


def _unexpected(error: Exception) -> Response:
    log.exception("An error that nobody expected", exc_info=error)
    return answer(500, BROKEN)


def install(app: Flask) -> None:
    app.register_error_handler(AppError, _application)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)
