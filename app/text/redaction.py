"""Secrets are masked before anything else sees a text. What was masked is told by kind and line, never kept.

Three sieves: names that announce a secret (`PASSWORD=`), places that hold one (`Authorization:`, `user:…@host`, key
blocks), and tokens that are known by their shape. Entropy alone says nothing here: commits, digests and ids
are what these texts are full of.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from app.text.shapes import LONGEST, Shape, shapes_known

MASK = "[masked: {kind}]"

# In lower case; a line that holds none of these is not looked at.
_HINTS = (
    "passw", "pwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key",
    "access-key", "privatekey", "private_key", "private-key", "accountkey", "account_key", "auth", "credential",
    "bearer", "signing", "encryption", "-u ", "--user", "identified by", "mysql", "mariadb", "redis-cli", "valkey-cli",
    "sshpass",
)  # fmt: skip
_KEYWORD = (
    r"passw(?:or)?d|passphrase|pwd|secret(?:[_-]?(?:access[_-]?)?key)?|token|credentials?|auth"
    r"|(?:api|access|private|account|auth|signing|encryption)[_-]?key"
)
_VALUE = r"""(?:"(?P<double>[^"\n]{1,400})"|'(?P<single>[^'\n]{1,400})'|(?P<bare>[^\s"',;`<>|()\[\]{}&]{4,400}))"""
_ASSIGNED = re.compile(
    rf"""(?P<before>\b(?P<name>[\w.-]{{0,40}}?(?P<keyword>{_KEYWORD}))\b\\?["']?\s{{0,4}}(?P<sign>:?={{1,2}}>?|:(?=\s|\\?["']))\s{{0,4}}\\?)
        {_VALUE}""",
    re.IGNORECASE | re.VERBOSE,
)
_OPTION = re.compile(
    rf"(?P<before>(?<![\w-])--?(?P<name>[a-z-]{{0,30}}?(?P<keyword>{_KEYWORD}))(?P<sign>\s)\s{{0,3}}){_VALUE}", re.I
)
_SQL = re.compile(r"(?P<before>\b(?:password|identified by)\s{1,4})'(?P<bare>[^'\n]{1,400})'", re.I)
# In a sentence only what letters and digits are mixed in, and how one is kept (`is sha256-hashed`) is none.
_SAID = re.compile(
    r"""(?P<before>\b(?:passw(?:or)?d|passphrase)\s{1,3}(?:is|was)\s{1,3}["'`]?)(?!(?:sha|md|base|b?s?crypt|argon|pbkdf|aes|v)\d)
        (?P<bare>[^\s"'`,;]{6,200}[^\s"'`,;.!?)])""",
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(r"(?P<before>\b(?:bearer|basic)\s{1,4})(?P<bare>[A-Za-z0-9._~+/=-]{12,4000})", re.I)
_ADDRESS = re.compile(r"(?P<before>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,100}:)(?P<bare>[^\s/@]{1,200})(?=@)", re.I)
_USER = re.compile(r"(?P<before>\s(?:-u|--user)\s?[\"']?[\w.@-]{1,60}:)(?P<bare>[^\s\"']{4,200})")
# Options of one letter mean a password with these commands alone, and `-P` is a port.
_SHORT = re.compile(
    r"""(?P<before>\b(?:(?:mysql|mariadb)[a-z-]{0,12}\s(?:(?:(?!(?:mysql|mariadb)[a-z-]{0,12}\s)[^\n|;&]){0,200}?\s)?-p
        |(?:redis|valkey)-cli\s(?:(?:(?!-cli)[^\n|;&]){0,200}?\s)?-a\s{1,3}
        |sshpass\s{1,3}-p\s{0,3})(?!["'][$<{]))(?P<bare>"[^"\n]{3,200}"|'[^'\n]{3,200}'|[^\s"'`|;&]{3,200})""",
    re.VERBOSE,
)
_KEY_BLOCK = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?)-----"
    r"(?:(?:[^-]|-(?!----)){0,20000}-----END (?P=kind)-----|(?:\s{0,9}[A-Za-z0-9+/=]{16,})*)"
)

# What stands where a secret would: a variable, a placeholder, a word about secrets rather than one.
_PLACEHOLDER = re.compile(
    r"""[\\$<{%*\[(/~].*|.*(?:example|change_?me|redacted|masked|xxx|\.\.\.|…|\*\*\*|your[_-]|placeholder|dummy|replace|insert).*
       |true|false|null|none|nil|yes|no|required|optional|string|undefined|empty|unset|stdin|prompt|https?:.*
       |[\w./-]+\.(?:ya?ml|json|md|txt|pem|key|crt|conf|cfg|ini|go|py|sh|env|log)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_JOINT = re.compile(r"[-_./:@]+")


@dataclass(frozen=True)
class Masked:
    """`kind` says what it looked like; `line` is from 1."""

    kind: str
    line: int


def mask(text: str) -> tuple[str, tuple[Masked, ...]]:
    """The text with its secrets masked, and what was masked where. Line numbers stay as they are."""
    found: list[Masked] = []
    if "PRIVATE KEY" in text:
        text = _KEY_BLOCK.sub(lambda match: _block(match, found), text)
    lowered = text.lower()
    named = _lines_with(lowered, _HINTS)
    lines = text.split("\n")
    if "@" in text:
        named |= {number for number in _lines_with(lowered, ("://",)) if "@" in lines[number]}
    long = len(text) > LONGEST and max(map(len, lines)) > LONGEST
    shapes = [shape for shape in shapes_known() if shape.hinted(text) and (long or shape.in_text(text))]
    for number in range(len(lines)) if shapes else sorted(named):
        line = lines[number]
        shaped = [shape for shape in shapes if shape.hinted(line)]
        if shaped or number in named:
            tell = partial(_tell, found, number + 1)
            lines[number] = "".join(_masked(piece, shaped, number in named, tell) for piece in _pieces(line))
    return "\n".join(lines) if found else text, tuple(sorted(found, key=lambda each: each.line))


def _lines_with(lowered: str, hints: Iterable[str]) -> set[int]:
    """The numbers, from 0, of the lines that hold one of these."""
    found: set[int] = set()
    for hint in hints:
        line, counted, at = 0, 0, lowered.find(hint)
        while at >= 0:
            line += lowered.count("\n", counted, at)
            found.add(line)
            counted = lowered.find("\n", at)
            at = lowered.find(hint, counted) if counted >= 0 else -1
    return found


def _pieces(line: str) -> Iterable[str]:
    """A line in parts that are quickly searched, cut where no token would stand."""
    while len(line) > LONGEST:
        cut = max(line.rfind(sign, 0, LONGEST) for sign in " ,;&") + 1 or LONGEST
        yield line[:cut]
        line = line[cut:]
    yield line


def _masked(piece: str, shapes: Iterable[Shape], named: bool, tell: Callable[[str], str]) -> str:
    for shape in shapes:
        piece = shape.masked(piece, tell)
    return _named(piece, tell) if named else piece


def _tell(found: list[Masked], number: int, kind: str) -> str:
    found.append(Masked(kind, number))
    return MASK.format(kind=kind)


def _block(match: re.Match[str], found: list[Masked]) -> str:
    """A private key; its marker alone is none."""
    if len(match[0]) < 100:
        return match[0]
    line = match.string.count("\n", 0, match.start()) + 1
    return _tell(found, line, "private key") + "\n" * match[0].count("\n")


def _named(line: str, tell: Callable[[str], str]) -> str:
    """The line with what stands behind a telling name, or in a telling place, masked."""

    def assigned(match: re.Match[str]) -> str:
        value = match["double"] or match["single"] or match["bare"]
        if not _is_secret(match["name"], match["keyword"], match["sign"], value, quoted=match["bare"] is None):
            return match[0]
        quote = '"' if match["double"] else "'" if match["single"] else ""
        return f"{match['before']}{quote}{tell(_kind(match['keyword']))}{quote}"

    def placed(kind: str, quote: str, match: re.Match[str]) -> str:
        if _PLACEHOLDER.fullmatch(match["bare"]):
            return match[0]
        return f"{match['before']}{quote}{tell(kind)}{quote}"

    line = _ASSIGNED.sub(assigned, line)
    line = _OPTION.sub(assigned, line)
    line = _SQL.sub(partial(placed, "password", "'"), line) if "'" in line else line
    line = _SAID.sub(lambda match: placed("password", "", match) if _mixed(match["bare"]) else match[0], line)
    line = _HEADER.sub(lambda match: match[0] if _is_word(match["bare"]) else placed("authorization", "", match), line)
    line = _SHORT.sub(partial(placed, "password", ""), line)
    line = _USER.sub(partial(placed, "password", ""), line)
    return _ADDRESS.sub(partial(placed, "password", ""), line) if "@" in line else line


def _kind(keyword: str) -> str:
    keyword = keyword.lower()
    if keyword.startswith("pass") or keyword == "pwd":
        return "password"
    return "key" if keyword.endswith("key") else "token" if keyword in ("token", "auth") else "secret"


def _is_secret(name: str, keyword: str, sign: str, value: str, quoted: bool) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return False
    if _kind(keyword) == "password":
        # Behind `=` or in quotes anything is taken for one; behind `: ` or a blank it may be a sentence.
        sure = "=" in sign or name.isupper() or (quoted and " " not in value)
        return sure or not (_is_word(value) or value.isdigit() or value.endswith((".", ",")))
    if " " in value:
        return False
    return any(len(part) >= 8 and _mixed(part) for part in _JOINT.split(value)) or (
        len(value) >= 20 and _entropy(value) > 4.0
    )


def _mixed(value: str) -> bool:
    """Letters and digits together, as chance makes them and words do not."""
    return any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)


def _is_word(value: str) -> bool:
    bare = value.replace("-", "").replace("_", "")
    return bare.isalpha() and (bare.islower() or value.istitle())


def _entropy(value: str) -> float:
    """Bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())
