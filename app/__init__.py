"""The factory: it wires the parts into a Flask application. It starts no thread and opens nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings

TEMPLATES = Path(__file__).parent.parent / "templates"

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """The site under these settings (else those of the environment)."""
    # Imported here: every `import app.…` runs this file, and the command line and the worker need no web framework.
    from flask import Flask
    from flask_wtf import CSRFProtect

    from app import web
    from app.http import assets, errors, guards, headers, metrics, sessions, times
    from app.http.parts import NAME, Parts, end_reading
    from app.http.routes import LARGEST_FORM
    from app.settings import load

    settings = settings or load()
    for warning in warnings(settings):
        log.warning(warning)
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[NAME] = Parts(settings)
    metrics.install(app)
    app.before_request(guards.check_host)
    app.before_request(guards.check_site)
    app.before_request(guards.limit_form)
    sessions.install(app, settings)
    CSRFProtect(app)
    app.before_request(guards.check_access)
    app.after_request(headers.add)
    app.teardown_request(end_reading)
    errors.install(app)
    times.install(app)
    assets.install(app)
    web.install(app)
    return app


def warnings(settings: Settings) -> list[str]:
    """What the operator should know before anybody relies on this site."""
    from app.db import sqlite_warning
    from app.http.sessions import cookies_can_be_secure

    found = []
    if settings.database.startswith("sqlite") and (warning := sqlite_warning()):
        found.append(warning)
    if not cookies_can_be_secure(settings):
        found.append(
            f"HINDSIGHT_BASE_URL is {settings.base_url}: neither https nor this machine, so session cookies travel "
            "unprotected. Serve it over https and set HINDSIGHT_BASE_URL to that address."
        )
    return found
