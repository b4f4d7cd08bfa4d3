"""Where a person is sent on to: only ever a place on this site."""

from __future__ import annotations

import re

# One slash that no second one and no backslash follows, then printable ASCII without a backslash: browsers read
# `/\evil` and `/<TAB>/evil` as another site's address.
LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def safe_next(address: str | None, default: str = "/") -> str:
    return address if address and LOCAL.fullmatch(address) else default
