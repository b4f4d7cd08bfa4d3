"""Reads unpacked documentation packages into sections: what their headings say, and the text below each.

    python read.py FOLDER... > sections.jsonl

Each FOLDER holds one folder a package. A line is [package, title, heading, text]. Manual pages need `mandoc`.
"""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from multiprocessing import Pool
from pathlib import Path

Sections = list[tuple[str, str]]

LEAST_WORDS = 4
LONGEST_TEXT = 20_000
LONGEST_FILE = 3_000_000

HIDDEN = {"script", "style", "nav", "footer", "form", "svg", "button", "select"}
BREAKS = {
    "p",
    "div",
    "li",
    "td",
    "dt",
    "dd",
    "pre",
    "br",
    "ul",
    "ol",
    "dl",
    "th",
    "tr",
    "table",
    "section",
    "blockquote",
}
HEADING = re.compile(r"h[1-6]")
UNDERLINE = re.compile(r"([=\-~^\"*+#`'])\1{2,}")
MARKUP_LINE = re.compile(r"\s*\.\. |\s*:[\w-]+:( |$)|([=\-~^\"*+#])\2{2,}$|\s*\|")
ROLE = re.compile(r":[\w:+-]+:`([^`<]*?)(?:\s*<[^>]*>)?`")
PAGE_SECTIONS = re.compile(r"[A-Z][A-Z ,/&-]+| {2,3}[A-Z][\w ,/&-]{3,60}")
SITE = re.compile(r" [—–|] | :: |: Appendix|\s+-\s+(?=.*(?:documentation|Apache HTTP|manual))")
COMMENTS = re.compile(r"(?:^[ \t]*//[^\n]*\n)+", re.MULTILINE)
MESSAGE = re.compile(r'"((?:[^"\\\n]|\\.){24,240})"')
VERB = re.compile(r"%[-+#.0-9]*[a-zA-Z]")

MANUAL = re.compile(r"/man/man[1-8]/.*\.[1-8]\w*(\.gz)?$")
READ = re.compile(r"\.(html|rst|txt|md|mo|go)(\.gz)?$")
# Nothing to learn from: lists of changes, indexes, tests, copies of others' code, generated code, other languages.
# Alert rules of Prometheus mixins are left out on purpose: the development questions are taken from such rules.
LEFT_OUT = re.compile(
    r"changelog|copyright|genindex|mixin|_test\.go|zz_generated|generated\.|/vendor/|/search|release-?notes|/news|"
    r"/licenses/|_sources|/test/e2e|/translations/|java-doc|selinux-policy|debian-handbook(?!.*/en-us/)",
    re.IGNORECASE,
)


class Page(HTMLParser):
    """A page's title, and its sections."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.sections: Sections = []
        self._heading = ""
        self._text: list[str] = []
        self._open_heading: list[str] | None = None
        self._in_title = False
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "title":
            self._in_title = True
        elif tag in HIDDEN:
            self._hidden += 1
        elif HEADING.fullmatch(tag):
            self.finish()
            self._open_heading = []
        elif tag in BREAKS:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif HEADING.fullmatch(tag) and self._open_heading is not None:
            self._heading = " ".join("".join(self._open_heading).replace("¶", "").split())
            self._open_heading = None
        elif tag in BREAKS:
            self._text.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._hidden:
            (self._text if self._open_heading is None else self._open_heading).append(data)

    def finish(self) -> None:
        self.sections.append((self._heading, "".join(self._text)))
        self._text = []


def html(raw: str) -> tuple[str, Sections]:
    page = Page()
    page.feed(raw)
    page.close()
    page.finish()
    return SITE.split(" ".join(page.title.split()))[0], page.sections


def plain(raw: str) -> tuple[str, Sections]:
    """ReStructuredText, Markdown and plain text: headings are underlined, or marked with #."""
    found: Sections = [("", "")]
    texts: list[str] = []
    lines = raw.split("\n")

    def begin(heading: str) -> None:
        found[-1] = (found[-1][0], "\n".join(texts))
        texts.clear()
        found.append((heading, ""))

    skip = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        bare, under = line.strip(), following.rstrip()
        if skip:
            skip = False
        elif bare and len(line) < 90 and UNDERLINE.fullmatch(under) and len(under) >= len(bare) - 2:
            begin(bare)
            skip = True
        elif marked := re.match(r"#{1,5} +(.+?)#*$", line):
            begin(marked[1].strip())
        elif not MARKUP_LINE.match(line):
            texts.append(ROLE.sub(r"\1", line).replace("`", ""))
    begin("")
    title = next((heading for heading, _ in found if heading), "")
    return title, found


def manual(path: Path) -> tuple[str, Sections]:
    shown = subprocess.run(
        ["mandoc", "-T", "utf8", "-O", "width=1000", path], capture_output=True, timeout=60, check=False
    )
    found: Sections = [("", "")]
    for line in re.sub(r".\x08", "", shown.stdout.decode(errors="replace")).split("\n"):
        if PAGE_SECTIONS.fullmatch(line):
            found.append((line.strip().capitalize(), ""))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line.strip()}\n")
    title = next((text.strip() for heading, text in found if heading == "Name"), "")
    return " ".join(title.split()), found


def catalogue(raw: bytes) -> tuple[str, Sections]:
    """The messages of a program, from a translation of it: the untranslated side."""
    order = "<" if raw[:4] == b"\xde\x12\x04\x95" else ">"
    count, table = struct.unpack(order + "II", raw[8:16])
    found: Sections = []
    for number in range(count):
        length, first = struct.unpack(order + "II", raw[table + 8 * number : table + 8 * number + 8])
        message = raw[first : first + length].split(b"\0")[0].split(b"\x04")[-1].decode(errors="replace")
        found.append(("", message.replace("\n", " ")))
    return "", found


def source(raw: str) -> tuple[str, Sections]:
    """The comments of a program in Go, and its messages without their verbs."""
    comments = (re.sub(r"^[ \t]*//+ ?", "", each[0], flags=re.MULTILINE) for each in COMMENTS.finditer(raw))
    messages = (VERB.sub("", each[1]).replace("\\n", " ").replace("\\", " ") for each in MESSAGE.finditer(raw))
    return "", [
        ("", text) for text in (*comments, *messages) if "Licensed under" not in text and "Copyright" not in text
    ]


def read(job: tuple[str, Path]) -> list[tuple[str, str, str, str]]:
    package, path = job
    try:
        if MANUAL.search(str(path)):
            title, sections = manual(path)
        else:
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            name = path.name.removesuffix(".gz")
            if len(raw) > LONGEST_FILE:
                return []
            if name.endswith(".mo"):
                title, sections = catalogue(raw)
            else:
                reader = html if name.endswith(".html") else source if name.endswith(".go") else plain
                title, sections = reader(raw.decode(errors="replace"))
    except (OSError, EOFError, struct.error, subprocess.TimeoutExpired) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return []
    sections = [(heading[:150], text[:LONGEST_TEXT]) for heading, text in sections]
    return [(package, title[:150], *each) for each in sections if len(each[1].split()) >= LEAST_WORDS]


def files(folders: list[str]) -> Iterator[tuple[str, Path]]:
    """Every file that is read, with its package; of a program's message catalogues one is enough."""
    for package in sorted(each for folder in folders for each in Path(folder).iterdir()):
        catalogues: set[str] = set()
        for path in sorted(package.rglob("*")):
            wanted = MANUAL.search(str(path)) or READ.search(path.name)
            if not wanted or LEFT_OUT.search(str(path)) or path.is_symlink() or not path.is_file():
                continue
            if path.suffix == ".mo":
                if path.name in catalogues:
                    continue
                catalogues.add(path.name)
            yield package.name, path


if __name__ == "__main__":
    with Pool() as pool:
        for found in pool.imap(read, files(sys.argv[1:]), chunksize=20):
            for section in found:
                print(json.dumps(section))
