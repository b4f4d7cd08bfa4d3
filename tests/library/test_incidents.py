"""How long an incident took, where the text says so to the minute."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.library import Incident

START = datetime(2026, 8, 3, 3, 12, tzinfo=UTC)
LATER, LATEST = datetime(2026, 8, 3, 4, 12, tzinfo=UTC), datetime(2026, 8, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moments", "seconds"),
    [
        ({"started": START, "resolved": LATEST}, 7200),
        ({"started": START, "mitigated": LATER}, 3600),
        ({"started": START, "mitigated": LATER, "resolved": LATEST}, 7200),
        ({"started": START, "resolved": START}, 0),
        ({"started": START}, None),
        ({"resolved": LATEST}, None),
        ({"started": LATEST, "resolved": START}, None),
        ({"started": START, "started_precision": "day", "resolved": LATEST}, None),
        ({"started": START, "resolved": LATEST, "resolved_precision": "day", "mitigated": LATER}, None),
    ],
)
def test_a_duration_is_told_only_where_both_ends_are_known(moments: dict[str, Any], seconds: int | None) -> None:
    precisions = {f"{name}_precision": "minute" for name in ("started", "mitigated", "resolved")}
    assert Incident(**{**precisions, **moments}).duration == seconds
