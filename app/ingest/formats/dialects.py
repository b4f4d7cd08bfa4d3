"""Front matter of other tools in our names: Hugo, MkDocs, Jekyll, GDS and MoJ manuals, icco/postmortems, cState."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.ingest.formats import fields
from app.ingest.formats.draft import Origin, Problem
from app.ingest.formats.frontmatter import FrontMatter
from app.ingest.formats.values import Entry

# Keys that mean the same everywhere; `derived` where their tool means something a little different by them.
_RENAMED: dict[str, tuple[str, Origin]] = {
    "archive_url": ("archive", "stated"),
    "start_time": ("started", "stated"),
    "end_time": ("resolved", "stated"),
    "keywords": ("tags", "stated"),
    "last_reviewed_on": ("reviewed", "stated"),
    "tested-with": ("tested_with", "stated"),
    "owner_slack": ("owner", "derived"),
    "description": ("summary", "derived"),
    "aliases": ("old_paths", "stated"),
    "redirect_from": ("old_paths", "stated"),
    "uuid": ("id", "stated"),
}
_CSTATE: dict[str, tuple[str, Origin]] = {
    "date": ("started", "derived"),
    "resolvedWhen": ("resolved", "derived"),
    "affected": ("services", "stated"),
}
_ICCO: dict[str, tuple[str, Origin]] = {"url": ("source", "stated"), "categories": ("causes", "stated")}
# Keys that other tools know and that say nothing which a document here has.
_SAYS_NOTHING = """
    weight draft date lastmod lastModified publishDate expiryDate layout type url slug menu linkTitle categories
    series toc author authors bookHidden bookFlatSection bookCollapseSection bookToc geekdocHidden search hide
    icon template section parent review_in hide_in_navigation important expire_by tested-at test-interval runme
    cwd shell skipPrompts company product source_published_at source_fetched_at informational pin resolved
    sidebar_position sidebar_label permalink nav_order has_children published comments image images cascade
    archetype status version
"""
_IGNORED = frozenset(_SAYS_NOTHING.split())
_TRUTH = re.compile(r"true|false|yes|no", re.I)


@dataclass(frozen=True)
class Translated:
    """`entries` by our names. `own`: the file is in our own format, so what it leaves out is meant to be out."""

    entries: dict[str, Entry]
    problems: tuple[Problem, ...]
    kind: str | None = None
    own: bool = False
    unpublished: bool = False


def translate(front: FrontMatter) -> Translated:
    """What the front matter says, in our names. A key of ours beats another tool's for the same thing."""
    data = front.data
    cstate = _is_cstate(front)
    icco = not cstate and any(key in data for key in ("start_time", "end_time", "source_fetched_at"))
    foreign = _RENAMED | (_CSTATE if cstate else _ICCO if icco else {})
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for key, value in data.items():
        if key in fields.BY_NAME and not (cstate and key == "resolved"):
            entries[key] = Entry(key, value, front.line)
        elif key not in foreign and key not in _IGNORED:
            problems.append(_unknown(key, front.line(key)))
    for key, (name, origin) in foreign.items():
        if key in data and (name not in entries or entries[name].value in (None, "", [])):
            entries[name] = Entry(key, data[key], front.line, origin)
    if icco and (tags := list(_tags(front))):
        entries["tags"] = Entry("keywords", tags, front.line)
    own = any(key in data for key in ("id", "kind", "audience", "causes", "started", "actions", "alerts"))
    unpublished = str(data.get("draft", "")).lower() == "true" or str(data.get("published", "")).lower() == "false"
    kind = "postmortem" if cstate or icco else None
    return Translated(entries, tuple(problems), kind, own, unpublished)


def _is_cstate(front: FrontMatter) -> bool:
    resolved = front.data.get("resolved")
    return (
        "resolvedWhen" in front.data
        or front.data.get("section") == "issue"
        or (isinstance(resolved, str) and _TRUTH.fullmatch(resolved) is not None)
    )


def _tags(front: FrontMatter) -> Iterator[str]:
    """icco/postmortems: what it is about stands in three keys."""
    for key in ("keywords", "tags", "company", "product"):
        value = front.data.get(key)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and each:
                yield each


def _unknown(key: str, line: int) -> Problem:
    near = fields.nearest(key, fields.BY_NAME)
    mend = f"Did you mean `{near}`?" if near else "Remove it; docs/format.md lists the keys."
    return Problem(f"The key `{key[:60]}` is not known.", mend, line, key[:60])
