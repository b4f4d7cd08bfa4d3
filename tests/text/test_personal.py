"""What a question says of a person is masked; what it says of the trouble stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.personal import mask_personal


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("login fails for ada.lovelace+x@mail.example.org today", "login fails for [masked: e-mail] today"),
        ("why is @ada.l paged", "why is [masked: user] paged"),
        ("/home/ada/bin and /Users/ada", "/home/[masked: user]/bin and /Users/[masked: user]"),
        (r"C:\Users\ada\app", r"C:\Users\[masked: user]\app"),
        ("refused 203.0.113.7:5432", "refused [masked: address]:5432"),
        ("no route to 2001:db8::7", "no route to [masked: address]"),
        ("fe80::1: unreachable", "[masked: address]: unreachable"),
        ("neighbour 00:1b:44:11:3a:b7", "neighbour [masked: address]"),
        ("call +44 20 7946 0958", "call [masked: number]"),
        ("call (555) 123-4567 now", "call [masked: number] now"),
        ("call 555-123-4567", "call [masked: number]"),
        ("call 555 123 4567", "call [masked: number]"),
        ("call 020 7946 0958", "call [masked: number]"),
        ("card 4111 1111 1111 1111", "card [masked: number]"),
        ("customer 12345678", "customer [masked: number]"),
        ("order 123e4567-e89b-12d3-a456-426614174000", "order [masked: id]"),
        ("trace 4bf92f3577b34da6a3ce929d0e0e4736", "trace [masked: id]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "pool exhausted after:2026-11-24 before:2026-12",
        "http 500 502 503 504 on 443 and 8080",
        "k8s 1.28.3 upgrade, postgres 16",
        "std::vector a::b net::ERR_CONNECTION_RESET",
        "03:12:45 utc ora-01555 0x8007000e exit 137",
        "/var/lib/etcd /etc/hosts tls1.3",
        "@babel/core and @Transactional",
        "service:checkout kind:runbook",
        "99.95 percent, 0.5 200 ms",
        "",
    ],
)
def test_what_the_trouble_is_stays(text: str) -> None:
    assert mask_personal(text) == text


@given(st.text(alphabet="0123456789.:-+() /@abcf\\", max_size=200))
def test_any_text_is_answered_and_twice_masked_is_once_masked(text: str) -> None:
    once = mask_personal(text)
    assert mask_personal(once) == once
