"""The words that pages use for what the code has a name for, and filters that write text safely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import cast
from urllib.parse import quote_plus, urlsplit

from flask import Flask, g, url_for

from app.http.parts import reading, viewer
from app.library import ActionItem, pages
from app.viewer import ANONYMOUS
from app.web.marks import plain, reason

KINDS = {"postmortem": "Incident", "runbook": "Runbook", "guide": "Guide", "reading-list": "Reading list"}
KINDS_MANY = {"postmortem": "Incidents", "runbook": "Runbooks", "guide": "Guides", "reading-list": "Reading lists"}
STATUSES = {
    "open": "open",
    "in-progress": "in progress",
    "done": "done",
    "wont-do": "won't do",
    None: "state not stated",
}
# What need not be quoted in a query: an address with `service:checkout` in it can be read.
PLAIN_IN_QUERIES = "!$'()*,/:;?@"
FACETS = {"kind": "Kind", "service": "Service", "cause": "Cause", "severity": "Severity"}


def kind_word(kind: str) -> str:
    return KINDS.get(kind, kind)


def status_word(status: str | None) -> str:
    return STATUSES.get(status, str(status))


def host(address: str) -> str:
    """The host that a link leads to, so that the reader knows before following it."""
    return urlsplit(address).hostname or address


def web(address: str | None) -> str | None:
    """An address that a link may lead to; None for any other scheme."""
    return address if address and address.lower().startswith(("https://", "http://")) else None


def search_url(query: str) -> str:
    """A page may hold a hundred: where they all lead is worked out once a request."""
    if "search_address" not in g:
        g.search_address = url_for("search.show")
    return f"{g.search_address}?q={quote_plus(query, PLAIN_IN_QUERIES)}"


def severity_class(severity: str | None) -> str:
    """The colour of a severity, where it is one of the four."""
    level = (severity or "").lower()
    return level if level in ("sev1", "sev2", "sev3", "sev4") else "sev"


def tally(actions: Sequence[ActionItem], today: date) -> str:
    """`1 overdue · 3 done`."""
    words = [
        "overdue" if action.overdue(today) else status_word(action.status) if action.status else "not stated"
        for action in actions
    ]
    counted = sorted(Counter(words).most_common(), key=lambda each: each[0] != "overdue")
    return " · ".join(f"{count} {word}" for word, count in counted)


class Titles:
    """Titles of causes and services, asked for once in a request and only where a page needs them."""

    @property
    def causes(self) -> dict[str, str]:
        if "cause_titles" not in g:
            g.cause_titles = pages.cause_titles(reading())
        return cast(dict[str, str], g.cause_titles)

    @property
    def services(self) -> dict[str, str]:
        if "service_titles" not in g:
            g.service_titles = pages.service_titles(reading(), viewer())
        return cast(dict[str, str], g.service_titles)

    def folded(self, name: str) -> dict[str, str]:
        """By the small letters that a facet counts them by; empty for a field whose values have no titles."""
        if "folded_titles" not in g:
            g.folded_titles = {}
        if name not in g.folded_titles:
            titles = self.causes if name == "cause" else self.services if name == "service" else {}
            g.folded_titles[name] = {key.casefold(): title for key, title in titles.items()}
        return cast(dict[str, str], g.folded_titles[name])


def facet_value(name: str, value: str) -> str:
    """A facet's value as people read it."""
    if name == "kind":
        return KINDS.get(value, value)
    if name == "severity":
        return value.upper()
    return TITLES.folded(name).get(value, value)


TITLES = Titles()


def install(app: Flask) -> None:
    for function in (kind_word, status_word, host, web, severity_class, facet_value, tally):
        app.add_template_filter(function)
    app.add_template_filter(plain, "marked")
    app.add_template_filter(reason, "refusal")
    app.add_template_global(search_url)
    app.jinja_env.globals.update(titles=TITLES, KINDS=KINDS, KINDS_MANY=KINDS_MANY, FACETS=FACETS)
    app.context_processor(lambda: {"viewer": g.get("viewer", ANONYMOUS)})
