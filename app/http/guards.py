"""What stands before every view: the host's name, where a change comes from, and who may call the route."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.errors import Invalid, NotFound
from app.http.parts import parts
from app.http.redirects import here
from app.http.routes import BY_ENDPOINT, OPEN, READER
from app.settings import Settings
from app.viewer import ANONYMOUS

LOOPBACK = ("localhost", "127.0.0.1", "::1")
HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[0-9A-Za-z_.-]+))(?::[0-9]*)?")
# Nobody is looked up for these: they show everybody the same, and machines ask for them when the database is away.
FOR_MACHINES = ("assets.show", "health.alive", "health.ready", "health.metrics")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def allowed_hosts(settings: Settings) -> tuple[str, ...]:
    """Names that a request may carry: those set, else the base address's and loopback."""
    return settings.allowed_hosts or (urlsplit(settings.base_url).hostname or "", *LOOPBACK)


def _name(host: str) -> str:
    """The name alone; nothing for what is no host, such as `name@other` or `name/path`."""
    found = HOST.fullmatch(host)
    return (found["address"] or found["name"]).lower().rstrip(".") if found else ""


def check_host() -> None:
    """Refuses a request that was sent to another name than ours (DNS rebinding, poisoned links)."""
    allowed = allowed_hosts(parts().settings)
    named = [request.headers.get("Host", ""), *request.headers.getlist("X-Forwarded-Host")]
    if any(_name(host) not in allowed for host in named):
        g.viewer = ANONYMOUS
        abort(400, "This site does not answer to that host name. Its operator can add it to HINDSIGHT_ALLOWED_HOSTS.")


def check_site() -> None:
    """Refuses a change that another site's page sent; the CSRF token is checked besides."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        g.viewer = ANONYMOUS
        raise Invalid("This was sent from another site, so nothing was changed. Open the page here and send it again.")


def limit_form() -> None:
    """How much a form may send is told by the route; it has to be known before anything reads the form."""
    route = BY_ENDPOINT.get(request.endpoint or "")
    if route is not None:
        request.max_content_length = request.max_form_memory_size = route.largest


def check_access() -> Response | None:
    """Finds out who is looking, and whether they may call this route. A route that is not in the table is closed."""
    g.viewer = ANONYMOUS
    if request.endpoint in FOR_MACHINES:
        return None
    g.viewer = current_user.viewer
    if request.endpoint is None:
        return None
    route = BY_ENDPOINT.get(request.endpoint)
    if route is None:
        raise NotFound("There is no page at this address.")
    if route.access == OPEN or (route.access == READER and g.viewer.signed_in) or route.access in g.viewer.roles:
        return None
    if g.viewer.signed_in or request.method not in SAFE_METHODS:
        raise NotFound("There is no page at this address.")
    return redirect(url_for("accounts.login", next=here()), 303)
