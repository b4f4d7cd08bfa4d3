"""Where a link leads, as a browser would go."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit, urlunsplit

SCHEMES = ("http", "https", "mailto")
INDEXES = ("", ".md", "/index.md", "/README.md", "/_index.md")

_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_OUTSIDE = re.compile(r"(?:(https?):)?/{2,}(.*)|(https?):/?(?!/)(.*)", re.I | re.S)


def outward(value: str) -> str | None:
    """The address written so that it says where it leads, without user names; None where it may not lead anywhere.

    `//e`, `/\\e`, `http:e` and `/<tab>/e` all leave the site: they come out as `https://e`. What stays on the site
    is left as it is.
    """
    bare = _CONTROLS.sub("", value)
    scheme = _SCHEME.match(bare)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    slashed = bare.replace("\\", "/")
    outside = _OUTSIDE.match(slashed)
    if outside is None:
        return value if bare == value.strip() and "\\" not in bare else slashed
    rest = (outside[2] or outside[4] or "").lstrip("/")
    try:
        address = urlsplit(f"{(outside[1] or outside[3] or 'https').lower()}://{rest}")
        host = address.netloc.rpartition("@")[2]
        return urlunsplit(address._replace(netloc=host)) if host else None
    except ValueError:
        return None


def web(value: str) -> str | None:
    """An address on the web as outward would write it, or None."""
    address = outward(value.strip())
    return address if address and address.startswith(("https://", "http://")) else None


def relative(href: str) -> bool:
    """Whether a link names a place beside the document, not a host or a scheme."""
    parts = urlsplit(href)
    return not parts.scheme and not parts.netloc and not href.startswith(("/", "\\"))


def candidates(path: str, href: str) -> list[str]:
    """The files that a relative link in the file `path` may mean, likeliest first; none where it leads out of the
    folder, or only to another place of the same file.
    """
    target = unquote(urlsplit(href).path)
    if not target:
        return []
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return [] if joined.startswith("..") else [joined + ending for ending in INDEXES]
