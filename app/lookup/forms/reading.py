"""What a form of paste works with: the paste, and the reading that it fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.lookup.understood import ASKED, Known, Part
from app.text.redaction import mask

LONGEST_VALUE = 300
# So many parts of a kind are kept: more are no longer read by anybody.
MOST = {"alert": 12, "service": 6, "frame": 3, "host": 6, "runbook": 3, "label": 40}
MOST_OTHERS = 8
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07]{0,200}\x07)")
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_LABEL_NAME = re.compile(r"[A-Za-z_][\w./-]{0,62}")


@dataclass(frozen=True)
class Paste:
    """`lines` of `text`, in which secrets are masked. `data` is what it says as JSON, where that is what it is; its
    values are masked when they are taken out.
    """

    text: str
    lines: tuple[str, ...]
    data: Any = None
    known: Known = field(default_factory=Known)


class Reading:
    """Collects parts: each once, short, and with its secrets masked."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.form = ""
        self.resolved = False
        self._parts: dict[tuple[str, str], Part] = {}
        self._hints: dict[str, str] = {}
        self._disclaimed: set[str] = set()

    def add(self, kind: str, value: Any, source: str) -> None:
        """Takes a part up, where there is a value and it was not said before."""
        said = one_line(value)
        if kind in ("alert", "service", "host"):
            said = said.strip("\"'`*_ ")
        if said and kind == "error":
            said = said.rstrip(" :;,")
        if said and len(self.of(kind)) < MOST.get(kind, MOST_OTHERS):
            self._parts.setdefault((kind, said), Part(kind, said, source))

    def label(self, name: str, value: Any) -> None:
        said = one_line(value)
        if said and _LABEL_NAME.fullmatch(name) and not any(v.startswith(f"{name}=") for v in self.of("label")):
            self.add("label", f"{name}={said}", f"label {name}")

    def hint(self, name: str, source: str) -> None:
        """A name that may be a service's: it is one where the library knows it."""
        if name:
            self._hints.setdefault(name, source)

    def disclaim(self, name: str) -> None:
        """What is called like a service here, and is none."""
        self._disclaimed.add(name)

    def of(self, kind: str) -> list[str]:
        return [part.value for part in self._parts.values() if part.kind == kind]

    def tells(self) -> bool:
        """Whether there is more than names of services, hosts and labels: something that is wrong."""
        return any(part.kind in ASKED for part in self._parts.values())

    def parts(self) -> list[Part]:
        for name, source in self._hints.items():
            if name.casefold() in self.known.services and name not in self._disclaimed:
                self.add("service", name, source)
        return list(self._parts.values())


def visible(text: str) -> str:
    """A text without controls, marks of direction and what has no width, which only hide what is written."""
    return _HIDDEN.sub("", _ESCAPES.sub("", text)).replace("\u00a0", " ").encode("utf-8", "replace").decode()


def one_line(value: Any) -> str:
    """A value as one masked line; nothing for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = " ".join(visible(str(value)[: 4 * LONGEST_VALUE]).split())
    text = mask(text)[0]
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + "…"


def text_of(data: Any, *path: str) -> str:
    """The text or number at a path of keys in JSON, or nothing."""
    for key in path:
        if not isinstance(data, Mapping):
            return ""
        data = data.get(key)
    return one_line(data)


def mapping(data: Any, *path: str) -> Mapping[str, Any]:
    """The object at a path of keys in JSON, or an empty one."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def objects(data: Any) -> list[Mapping[str, Any]]:
    """The objects of a list in JSON."""
    return [each for each in data[:200] if isinstance(each, Mapping)] if isinstance(data, list) else []
