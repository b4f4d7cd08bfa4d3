"""Whatever is typed or pasted, a real server answers it soon, and goes on answering."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from tests.faults.site import Served, Site

# Ten times what is promised: the machine may be busy.
SECONDS = 10.0
# The longest address that the server takes.
LONGEST_ADDRESS = 8190
TEXTS = {
    "no UTF-8": b"\xff\xfe\x00\xc3\x28\xed\xa0\x80 pool",
    "every byte": bytes(range(256)) * 4,
    "a megabyte of one word": b"a" * 1_000_000,
    "a megabyte of text": b"pool exhausted ORA-01555 " * 40_000,
    "a megabyte of braces": b"{" * 500_000 + b"}" * 500_000,
    "a megabyte of lists": b"[" * 1_000_000,
    "a megabyte of lines": b"at a.b.C.d(E.java:1)\n" * 50_000,
    "a megabyte of labels": b'{k="v",' * 150_000,
    "from right to left": "\u202eقاعدة البيانات\u202c متوقفة \u2066checkout\u2069".encode(),
    "control characters": bytes(range(32)) + b"pool\x00\x1b[31mred\x7f\x85",
    "marks upon marks": ("e" + "\u0301" * 5_000).encode(),
    "letters that grow": "ﷺİß".encode() * 5_000,
    "beyond the first plane": "𝔭𝔬𝔬𝔩 🔥👩‍🚒".encode() * 500,
    "10,000 words": b" ".join(b"w%d" % number for number in range(10_000)),
    "10,000 letters": b"a " * 10_000,
    "deep quotes": b'"' * 5_000,
    "quotes within quotes": b'"a ' * 3_000 + b'b" ' * 3_000,
    "quotes in values": b'tag:"' + b'""' * 5_000,
    "5,000 ORs": b"a OR " * 5_000,
    "5,000 ORs alone": b"OR " * 5_000,
    "5,000 minus signs": b"-" * 5_000,
    "5,000 words left out": b"-word " * 5_000,
    "5,000 filters": b"service:a after:90d kind:x " * 1_700,
    "5,000 joints": b"a.b/c:d@e+f-" * 5_000,
    "brackets": b"(" * 5_000 + b"pool" + b")" * 5_000,
    "a template": b"{{ 7*7 }} {% raw %} ${jndi:ldap://x} %s %n {0}",
    "markup": b"<script>alert(1)</script> <img src=x onerror=x>",
    "SQL": b"' OR 1=1; DROP TABLE documents; -- % _",
    "a path": b"../../../../etc/passwd\x00.md",
    "blanks": b" \t\r\n" * 3_000,
    "a megabyte of fields": b"a=b " * 250_000,
    "a megabyte of secrets": b"password=" * 110_000,
    "a megabyte of addresses": b"https://" * 125_000,
    "a megabyte of ports": b"aaaa:5432 " * 100_000,
    "a megabyte of said passwords": b"password is " * 80_000,
    "a megabyte of masks": b"[masked: x" * 100_000,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    site = Site(tmp_path_factory.mktemp("any-text"), 20)
    site.run("ingest")
    with site.serve() as served:
        served.settled()
        yield served


def asked(served: Served, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Status and Cache-Control of the answer, which must have come soon."""
    address = urlsplit(served.site.address)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    started = time.monotonic()
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    assert time.monotonic() - started < SECONDS
    return response.status, response.headers["Cache-Control"] or ""


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_in_the_search_box_is_answered_soon(served: Served, name: str) -> None:
    text = TEXTS[name]
    while len(quote(text)) > LONGEST_ADDRESS - 100:
        text = text[: len(text) * 3 // 4]
    for path, more in (("/search", ""), ("/search.json", "&typing=1"), ("/search", "&page=2&explain=1")):
        assert asked(served, "GET", f"{path}?q={quote(text)}{more}")[0] == 200
    assert served.found(next(iter(served.site.words.values()))) == 1


def test_an_address_that_is_too_long_is_refused_at_once(served: Served) -> None:
    """No form makes one: what is long is sent as a paste."""
    for length in (LONGEST_ADDRESS + 1, 1_000_000):
        # The server may close before all of it is sent.
        with suppress(ConnectionError):
            assert asked(served, "GET", "/search?q=" + "a" * length)[0] in (400, 414)
    assert served.found(next(iter(served.site.words.values()))) == 1


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_in_the_paste_box_is_answered_soon(served: Served, name: str) -> None:
    page = served.get("/lookup")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        # By hand: a browser sends a secure cookie to this machine itself, this client does not.
        "Cookie": page.headers["Set-Cookie"].partition(";")[0],
    }
    body = f"csrf_token={quote(token[1])}&q={quote(TEXTS[name])}".encode()
    # One line that is no more than a question is sent on to the search.
    status, caching = asked(served, "POST", "/lookup", body, **headers)
    assert status in (200, 303)
    assert caching == "no-store"
    assert asked(served, "POST", "/lookup.json", body, **headers) == (200, "no-store")
