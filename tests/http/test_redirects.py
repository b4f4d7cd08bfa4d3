"""Where a person may be sent on to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.redirects import safe_next


@pytest.mark.parametrize("address", ["/", "/runbooks/a/b", "/search?q=a+b&page=2", "/a#b", "/%E4", "/a//b", "/~a[1]^"])
def test_a_place_on_this_site_is_gone_on_to(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "//e",
        "/\\e",
        "/\t/e",
        "/\n/e",
        "\x01//e",
        " /a",
        "https:e",
        "https://e",
        "http://good\\@e",
        "javascript:x",
        "/a\\b",
        "/a b",
        "/a\n",
        "/ä",
        "a",
        "?q=a",
    ],
)
def test_any_other_place_is_home(address: str | None) -> None:
    assert safe_next(address) == "/"


@given(st.text(alphabet=st.characters(max_codepoint=0x2100), max_size=40))
def test_whatever_is_asked_for_the_host_stays(address: str) -> None:
    onward = safe_next(address)
    assert onward.startswith("/")
    assert not onward.startswith(("//", "/\\"))
    assert onward.isascii()
    assert onward.isprintable()
