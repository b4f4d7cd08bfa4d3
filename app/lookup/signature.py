"""What of a message stays the same when it is written again: its words, without numbers, times, ids and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.search.advice import FIELDS
from app.search.planner import NOISE, VERSION

MOST_WORDS = 40
LONGEST = 4_000
# What stands around a word and is none of it.
AROUND = "\"'`“”‘’()[]{}<>,;:.!?…*|=-–—•·#$&"
_FIELD = re.compile(rf"\b({'|'.join(FIELDS)}):(?=\S)", re.I)
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_PIECE = re.compile(r"\S{1,400}")
_TEMPLATE = re.compile(r"\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,80}\}")
_MASKED = re.compile(r"\[masked: [^\]\n]{1,40}\]")
# Which of many processes it was: `Killed process 4321`, `pid: 77`, `UID:1000`. Other short numbers may be codes.
_PROCESS = re.compile(r"(?:(?<=\bprocess )|\b(?:pid|uid|gid)(?:[:=]\s?|\s))\d{1,10}(?![\w.])", re.I)
# How much, behind its name: `anon-rss:4012345kB`.
_COUNTED = re.compile(r"[A-Za-z][\w-]{1,40}:(?P<value>[^\s:]{1,40})")
_LINKED = re.compile(r"<(?:https?|mailto):[^<>|\s]{1,2000}\|([^<>|]{1,200})>")
_ADDRESS = re.compile(
    r"\w{2,20}://\S+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}|\S{1,200}\.(?:svc|cluster|local|internal)"
)
_MEASURE = re.compile(
    r"""[-+~≈<>]{0,2}\$?\d[\d.,:/x×]*(?:%|‰|[kmgtpe]i?b?|[a-zµ]{1,2}|secs?|mins?|hrs?|hours?|days?|bytes?)?(?:/\w{1,3})?
      | (?:\d{1,9}(?:\.\d{1,9})?(?:[µnm]s|[smhdwy])){1,6}""",
    re.VERBOSE | re.IGNORECASE,
)
_STATED = re.compile(r"\d{3,5}|[1-5]xx", re.I)
# A name that was made, or a path to something that was: a run of digits, or letters and digits as chance mixes them.
_MADE = re.compile(
    r"""[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]{13,17} | 0x[0-9a-f]+ | sha256:[0-9a-f]{6,}
      | (?=\S*\d)(?=\S*[a-z])[a-z0-9+_-]{24,}=* | (?:/|[\w.-]+/)\S*\d{4,}\S* | i-[0-9a-f]{8,17}
      | \d{1,3}(?:[.-]\d{1,3}){3}(?:[:/]\d+)? | ip-\d+-\d+-\d+-\d+\S* | [0-9a-f:]{2,39}::[0-9a-f:]{0,39}
      | (?:[0-9a-f]{2}:){5}[0-9a-f]{2} | [\w.-]{1,120}:\d{2,5}""",
    re.VERBOSE | re.IGNORECASE,
)
# The same where Kubernetes made it; `ORA-01555` is written in capitals.
_POD = re.compile(
    r"""[a-z0-9./-]{1,80}-(?:(?=[a-z]*\d)[a-z0-9]{5,10}-[a-z0-9]{5} | (?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2-9]{5}
      | \d{5,12})""",
    re.VERBOSE,
)
# What listens there says more than where it does.
_PORT = re.compile(r"(?P<name>[A-Za-z][A-Za-z_-]{1,40}):\d{2,5}")
_DAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|utc|gmt|cest|cet|[ap]m", re.I
)


def signature(text: str, most: int = MOST_WORDS) -> str:
    """The telling words of a message as one line, at most `most` of them. A message without any gives nothing."""
    text = _LINKED.sub(r" \1 ", _TEMPLATE.sub(" ", _MASKED.sub("", text[:LONGEST])))
    text = _PROCESS.sub(" ", text)
    kept: list[str] = []
    for piece in _PIECE.findall(text):
        if said := _said(piece):
            kept.append(said)
            if len(kept) == most:
                break
    return " ".join(kept).strip(" ,;:-–—|=")


def _said(piece: str) -> str:
    """A piece of a message as far as it tells something."""
    piece = piece.replace('"', "")
    name, sign, value = piece.partition("=")
    if sign and value and "://" not in piece and name.strip(AROUND):
        bare = value.strip(AROUND)
        return "" if not bare or is_noise(bare) else piece.rstrip(",;")
    if named := _PORT.fullmatch(piece.strip(AROUND)):
        return named["name"]
    if (counted := _COUNTED.fullmatch(piece.strip(AROUND))) and _MEASURE.fullmatch(counted["value"]):
        return ""
    return "" if is_noise(piece.strip(AROUND)) else _balanced(piece.strip("*`_~|"))


def _balanced(piece: str) -> str:
    """A piece without a bracket whose other half was left out with a neighbour."""
    for opening, closing in _BRACKETS:
        if piece.count(opening) != piece.count(closing):
            piece = piece.replace(opening, "").replace(closing, "")
    return piece


def is_noise(bare: str) -> bool:
    """Whether a word says only which one, when, or how much."""
    if not bare or not any(sign.isalnum() for sign in bare):
        return True
    if _STATED.fullmatch(bare) or VERSION.fullmatch(bare):
        return False
    return any(pattern.fullmatch(bare) for pattern in (_MEASURE, _MADE, _POD, _ADDRESS, _DAY)) or (
        NOISE.fullmatch(bare.casefold()) is not None
    )


def joined(pieces: Iterable[str], most: int) -> str:
    """Signatures one behind the other as a question, each said once, at most `most` words, none of them an operator."""
    kept: list[str] = []
    seen: set[str] = set()
    for piece in pieces:
        words = [
            word
            for each in _FIELD.sub(r"\1 ", piece.replace('"', " ")).split()
            if (word := each.lstrip("-")) and word != "OR"
        ]
        said = " ".join(words).casefold()
        if said and not any(said in other for other in seen):
            seen.add(said)
            kept += words
    return " ".join(kept[:most])
