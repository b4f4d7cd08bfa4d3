"""The stylesheet, scripts and pictures, under an address that changes with their content, so that browsers may keep
them for ever.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_from_directory, url_for

FOLDER = Path(__file__).parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


def version() -> str:
    """One hash over all files: modules import one another by relative address, so they change together."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    return url_for("assets.show", version=current_app.config["ASSETS_VERSION"], name=name)


@bp.get("/static/<version>/<path:name>")
def show(version: str, name: str) -> Response:
    response = send_from_directory(FOLDER, name)
    current = version == current_app.config["ASSETS_VERSION"]
    response.headers["Cache-Control"] = FOREVER if current else "public, max-age=60"
    return response


def install(app: Flask) -> None:
    app.config["ASSETS_VERSION"] = version()
    app.register_blueprint(bp)
    app.add_template_global(asset)
