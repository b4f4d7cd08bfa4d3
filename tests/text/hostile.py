"""Judges rendered HTML the way a browser's parser sees it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from app.text.markup import LANGUAGE, TAGS

ATTRIBUTES = {"a": {"href", "rel"}, "code": {"class"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"}}
VOID = {"br", "hr"}


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.faults.append(f"attribute {name} of {tag}")
            elif name == "href":
                self._address(value or "")
            elif name == "class" and not LANGUAGE.fullmatch(value or ""):
                self.faults.append(f"class {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unbalanced {tag}")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("instruction")

    def _address(self, value: str) -> None:
        seen = re.sub(r"[\t\r\n]", "", value).strip("".join(map(chr, range(33)))).replace("\\", "/")
        parts = urlsplit(seen)
        if parts.scheme not in ("", "http", "https", "mailto"):
            self.faults.append(f"scheme of {value}")
        if not parts.scheme and (parts.netloc or seen.startswith("//")):
            self.faults.append(f"leads out without a scheme: {value}")
        if parts.scheme in ("http", "https") and (not parts.netloc or "@" in parts.netloc):
            self.faults.append(f"host of {value}")


def faults(html: str) -> list[str]:
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.faults + [f"{tag} stays open" for tag in judge.open]
