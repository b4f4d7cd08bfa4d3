"""The headers that every answer carries, errors too."""

from __future__ import annotations

from flask import Response, g, request

from app.http.parts import parts
from app.viewer import ANONYMOUS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
# Where flask-wtf keeps the token of a form that it put into the page.
FORM = "csrf_token"
ONE_YEAR = 31_536_000


def add(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if parts().settings.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.endpoint != "assets.show":
        # A page depends on who asks: nobody's copy may serve somebody else.
        response.vary.add("Cookie")
        private = g.get("viewer", ANONYMOUS).signed_in or request.method == "POST" or FORM in g
        headers["Cache-Control"] = "no-store" if private else "private, no-cache"
    return response
