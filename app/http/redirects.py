"""Where a person is sent on to: only ever a place on this site."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import request

# One slash that no second one and no backslash follows, then printable ASCII without a backslash: browsers read
# `/\evil` and `/<TAB>/evil` as another site's address.
LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def here() -> str:
    """The address that was asked for, written as browsers send it: a person comes back to it after signing in."""
    query = request.query_string.decode("latin-1")
    return quote(request.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def safe_next(address: str | None, default: str = "/") -> str:
    return address if address and LOCAL.fullmatch(address) else default
