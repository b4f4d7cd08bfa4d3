"""Every route of the site: what it is called, where it stands, who may call it. A route that is not here is closed.

`OPEN` means that anybody may ask; what they are shown is still only what their audiences may see.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Access = Literal["open", "reader", "editor", "admin"]
OPEN: Access = "open"
READER: Access = "reader"
EDITOR: Access = "editor"
KINDS = '<any(postmortems, runbooks, guides, "reading-lists"):kinds>'


# Bytes of a form: what people fill in is small, what they paste is not (a sign takes up to four).
LARGEST_FORM = 64 * 1024
LARGEST_PASTE = 8 * 1024 * 1024


class Route(NamedTuple):
    endpoint: str
    path: str
    access: Access = OPEN
    methods: tuple[str, ...] = ("GET",)
    largest: int = LARGEST_FORM


TABLE = (
    Route("home.show", "/"),
    Route("search.show", "/search"),
    Route("search.answer", "/search.json"),
    Route("lookup.show", "/lookup", methods=("GET", "POST"), largest=LARGEST_PASTE),
    Route("lookup.answer", "/lookup.json", methods=("POST",), largest=LARGEST_PASTE),
    Route("documents.listing", f"/{KINDS}"),
    Route("documents.find", f"/{KINDS}/<id>"),
    Route("documents.show", f"/{KINDS}/<id>/<slug>"),
    Route("causes.listing", "/causes"),
    Route("causes.show", "/causes/<name>"),
    Route("services.listing", "/services"),
    Route("services.show", "/services/<name>"),
    Route("map.show", "/map"),
    Route("history.show", "/timeline"),
    Route("alerts.listing", "/alerts"),
    Route("alerts.show", "/alerts/<name>"),
    Route("actions.listing", "/actions"),
    Route("patterns.listing", "/patterns"),
    Route("patterns.show", "/patterns/<id>"),
    Route("patterns.factor", "/patterns/factor/<cause>"),
    Route("curating.show", "/patterns/<id>/curate", EDITOR),
    Route("curating.rename", "/patterns/<id>/rename", EDITOR, methods=("POST",)),
    Route("curating.confirm", "/patterns/<id>/confirm", EDITOR, methods=("POST",)),
    Route("curating.dismiss", "/patterns/<id>/dismiss", EDITOR, methods=("POST",)),
    Route("curating.restore", "/patterns/<id>/restore", EDITOR, methods=("POST",)),
    Route("curating.merging", "/patterns/<id>/merge", EDITOR),
    Route("curating.merge", "/patterns/<id>/merge", EDITOR, methods=("POST",)),
    Route("curating.split", "/patterns/<id>/split", EDITOR, methods=("POST",)),
    Route("curating.take_out", "/patterns/<id>/take-out", EDITOR, methods=("POST",)),
    Route("curating.put_in", "/patterns/<id>/put-in", EDITOR, methods=("POST",)),
    Route("verdicts.judge", "/similar/verdict", READER, methods=("POST",)),
    Route("reading.mark", "/read", methods=("POST",)),
    Route("documents.template", f"/{KINDS}/<id>/<slug>/template"),
    Route("outcomes.tell", "/search/outcome", methods=("POST",)),
    Route("outcomes.judge", "/search/was-this-it", methods=("POST",)),
    Route("misses.show", "/misses", EDITOR),
    Route("misses.handled", "/misses/handled", EDITOR, methods=("POST",)),
    Route("misses.preview", "/misses/synonym", EDITOR),
    Route("misses.add", "/misses/synonyms", EDITOR, methods=("POST",)),
    Route("misses.withdraw", "/misses/synonyms/<int:id>/withdraw", EDITOR, methods=("POST",)),
    Route("misses.download", "/misses/synonyms.yml", EDITOR),
    Route("suggestions.show", "/suggestions", EDITOR),
    Route("suggestions.decide", "/suggestions/decide", EDITOR, methods=("POST",)),
    Route("suggestions.undo", "/suggestions/undo", EDITOR, methods=("POST",)),
    Route("stubs.show", "/runbooks/stub"),
    Route("stubs.download", "/runbooks/stub.md"),
    Route("accounts.login", "/login", methods=("GET", "POST")),
    Route("accounts.logout", "/logout", READER, methods=("POST",)),
    Route("health.alive", "/healthz"),
    Route("health.ready", "/readyz"),
    Route("health.metrics", "/metrics"),
    Route("assets.show", "/static/<version>/<path:name>"),
)

BY_ENDPOINT = {route.endpoint: route for route in TABLE}
