"""Every route of the site: what it is called, where it stands, who may call it. A route that is not here is closed.

`OPEN` means that anybody may ask; what they are shown is still only what their audiences may see.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Access = Literal["open", "reader", "admin"]
OPEN: Access = "open"
READER: Access = "reader"
KINDS = '<any(postmortems, runbooks, guides, "reading-lists"):kinds>'


class Route(NamedTuple):
    endpoint: str
    path: str
    access: Access = OPEN
    methods: tuple[str, ...] = ("GET",)


TABLE = (
    Route("home.show", "/"),
    Route("search.show", "/search"),
    Route("search.answer", "/search.json"),
    Route("documents.listing", f"/{KINDS}"),
    Route("documents.find", f"/{KINDS}/<id>"),
    Route("documents.show", f"/{KINDS}/<id>/<slug>"),
    Route("causes.listing", "/causes"),
    Route("causes.show", "/causes/<name>"),
    Route("services.listing", "/services"),
    Route("services.show", "/services/<name>"),
    Route("alerts.listing", "/alerts"),
    Route("alerts.show", "/alerts/<name>"),
    Route("actions.listing", "/actions"),
    Route("reading.mark", "/read", methods=("POST",)),
    Route("documents.template", f"/{KINDS}/<id>/<slug>/template"),
    Route("accounts.login", "/login", methods=("GET", "POST")),
    Route("accounts.logout", "/logout", READER, methods=("POST",)),
    Route("health.alive", "/healthz"),
    Route("health.ready", "/readyz"),
    Route("health.metrics", "/metrics"),
    Route("assets.show", "/static/<version>/<path:name>"),
)

BY_ENDPOINT = {route.endpoint: route for route in TABLE}
