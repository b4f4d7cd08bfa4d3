"""Long lists, a page at a time."""

from __future__ import annotations

import pytest

from app.http.paging import LAST_PAGE, Page


@pytest.mark.parametrize(
    ("number", "total", "last", "previous", "following"),
    [
        (1, 0, 1, None, None),
        (1, 50, 1, None, None),
        (1, 51, 2, None, 2),
        (2, 51, 2, 1, None),
        (7, 51, 2, 2, None),
        (LAST_PAGE, 100_000, 2000, LAST_PAGE - 1, None),
    ],
)
def test_a_page_knows_its_neighbours(
    number: int, total: int, last: int, previous: int | None, following: int | None
) -> None:
    page: Page[str] = Page([], number, total)
    assert (page.last, page.previous, page.next) == (last, previous, following)
