"""Personal data in a short text is masked by its shape: addresses, telephone and account numbers, names of accounts.

What is masked by mistake costs little here: numbers and ids of that length differ each time and tell nothing about what
was looked for. A person's name cannot be told from other words, and stays.
"""

from __future__ import annotations

import ipaddress
import re

from app.text.redaction import MASK

_DIGITS_OF_A_NUMBER = 7
_MAIL = re.compile(r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_HANDLE = re.compile(r"(?<![\w@/])@[a-z][a-z0-9._-]{1,40}(?![\w/])")
_HOME = re.compile(r"((?:/home/|[/\\]users[/\\]))[^\s/\\:]{1,64}", re.I)
_UUID = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])", re.I)
_HEX = re.compile(r"(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{16,}(?![0-9a-z])", re.I)
_MAC = re.compile(r"(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])", re.I)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[^\s\d]{0,40}\d)[0-9a-f]{0,4}:[0-9a-f:]{0,40}:[0-9a-f:.]{0,40}", re.I)
# A country's or a long-distance code first, a card's four fours, three groups behind one another, or digits alone.
_NUMBER = re.compile(
    r"""(?<![\w.])(?: (?:\+|\(\+?|0(?=\d{1,4}[ /-]))\d[\d() /.-]{4,24}\d
                    | (?:\d{4}[ -]){3}\d{1,7}
                    | \d{2,4}[-.]\d{2,4}[-.]\d{3,5}(?:[-.]\d{2,5})?
                    | \d{3}[ ]\d{3}[ ]\d{4}
                    | \d{7,40} )(?!\w)""",
    re.VERBOSE,
)
_DAY = re.compile(r"\d{4}[-.]\d{2}[-.]\d{2}|\d{2}[-.]\d{2}[-.]\d{4}")


def mask_personal(text: str) -> str:
    """The text with e-mail and network addresses, telephone numbers, long numbers and ids, and account names masked."""
    if "@" in text:
        text = _HANDLE.sub(_masked("user"), _MAIL.sub(_masked("e-mail"), text))
    text = _HOME.sub(rf"\1{_masked('user')}", text)
    text = _MAC.sub(_masked("address"), _IPV4.sub(_masked("address"), text))
    text = _IPV6.sub(_address, text)
    text = _HEX.sub(_masked("id"), _UUID.sub(_masked("id"), text))
    return _NUMBER.sub(_number, text)


def _masked(kind: str) -> str:
    return MASK.format(kind=kind)


def _address(match: re.Match[str]) -> str:
    """What holds two colons may be a time, or names of a program."""
    written = match[0].rstrip(":.") if not match[0].endswith("::") else match[0]
    try:
        ipaddress.IPv6Address(written)
    except ValueError:
        return match[0]
    return _masked("address") + match[0][len(written) :]


def _number(match: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in match[0])
    return match[0] if digits < _DIGITS_OF_A_NUMBER or _DAY.fullmatch(match[0]) else _masked("number")
