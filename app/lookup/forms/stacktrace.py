"""Stack traces of Python, Java, Go, Node, Ruby, .NET, PHP and Rust, alone or within a log: what was raised, what it
says, and the innermost frame of one's own.
"""

from __future__ import annotations

import re

from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.traces import LONGEST_LINE, Frame, Trace, frame_of, names_exception, raised_in, rust_panic
from app.lookup.signature import signature

MOST_LINES = 4_000
MOST_TRACES = 6
# A message of several lines ends at the latest after so many.
MOST_SAID = 2
# The exception stands above its frames, at most so many lines.
REACH = 6
_CAUSE = re.compile(r"^\s*(?:Caused by:|--->|Caused by )")
_PACKAGE = re.compile(
    r"^(?:com|org|net|io|de|uk|fr|nl|eu|co|dev|app|tech|cloud|us|ch|at|se|no|pl|jp|br|in|au|ca|it|es)\.(?:co\.|com\.)?[\w$-]+\.(?P<name>[a-z][a-z0-9_]{2,40})\."
)
_NAMESPACE = re.compile(r"^[A-Z]\w+\.(?P<name>[A-Z][A-Za-z0-9]{2,40})\.(?:\w+\.)*\w+")
# The repository behind its owner: `github.com/acme/checkout/internal/cart.Total`.
_MODULE = re.compile(r"^[\w-]+(?:\.[\w-]+)+/[\w.-]+/(?P<name>[a-z][\w-]{2,40})[/.]")
_ROOT = re.compile(
    r"^(?:/srv|/opt|/app|/apps|/var/www|/home/\w+|/usr/src|/code|/workspace)/(?P<name>[a-z][\w-]{2,40})/|/cmd/(?P<command>[\w-]{2,40})/"
)
_GENERAL = frozenset(
    """api app apps common core util utils lib libs shared main src internal pkg service services server web client
    model models domain infrastructure application controllers code config base http""".split()
)
_THROWN_IN = re.compile(r" (?:in|at) /\S{1,300}:\d{1,7}\b.*", re.S)
_PYTHON_START = "Traceback (most recent call last):"
_INDENTED = re.compile(r"^\s{0,20}[|+]\s")


def read(paste: Paste, reading: Reading) -> None:
    traces = traces_in(paste.lines[:MOST_LINES])
    if not traces:
        for number, line in enumerate(paste.lines[:MOST_LINES], 1):
            # An object is taken apart by those who know it.
            if not line.startswith("{") and (raised := names_exception(line)):
                _read_raised(reading, *raised, f"line {number}")
        return
    # The cause says more than what it led to.
    traces.sort(key=lambda trace: not trace.cause)
    reading.form = reading.form or "stacktrace"
    for trace in traces:
        _read_raised(reading, trace.exception, trace.message, f"line {trace.line}")
    for trace in traces:
        if frame := trace.own_frame:
            reading.add("frame", frame.written, f"line {frame.line}")
            _read_service(reading, trace.language, frame)


def traces_in(lines: tuple[str, ...]) -> list[Trace]:
    """The traces of a text, each with its exception."""
    traces: list[Trace] = []
    current: Trace | None = None
    last = -1
    number = 0
    while number < len(lines) and len(traces) < MOST_TRACES:
        line = _INDENTED.sub("", lines[number])
        if panic := rust_panic(line):
            said = panic["message"] or (lines[number + 1] if number + 1 < len(lines) else "")
            traces.append(Trace("rust", number + 1, "", said, [Frame("", panic["place"], True, number + 1)]))
            number += 1
            continue
        found = frame_of(line, number + 1, lines[number + 1] if number + 1 < len(lines) else "")
        if found is None:
            number += 1
            continue
        language, frame = found
        # Frames that follow one another, but for lines of code between them, belong together.
        apart = _parted(lines, last, number, language)
        if current is None or apart or current.language != language:
            current = Trace(language, number + 1)
            _look_back(current, lines, number)
            traces.append(current)
        current.frames.append(frame)
        last = number
        number += 2 if language == "go" else 1
        if language == "python":
            _look_ahead(current, lines, number)
    return [trace for trace in traces if trace.exception or trace.message or trace.frames]


def _parted(lines: tuple[str, ...], last: int, number: int, language: str) -> bool:
    between = lines[last + 1 : number] if last >= 0 else ()
    if language == "python":
        return any(_PYTHON_START in line for line in between)
    if language == "go":
        return any(line.startswith("goroutine ") for line in between[1:])
    return any(line.strip() and not line.lstrip().startswith(("...", "---")) for line in between)


def _look_back(trace: Trace, lines: tuple[str, ...], first: int) -> None:
    """Finds what was raised above the first frame."""
    if trace.language == "python":
        trace.innermost = 1
        return
    reach = 40 if trace.language == "go" else REACH
    start = first if trace.language == "ruby" else first - 1
    for number in range(start, max(-1, first - reach), -1):
        if raised := raised_in(lines[number].strip("\r"), trace.language):
            trace.exception, trace.message = raised
            trace.line = number + 1
            trace.cause = _CAUSE.match(lines[number]) is not None
            if trace.language not in ("go", "ruby", "php"):
                trace.message = " ".join((trace.message, *lines[number + 1 : min(first, number + MOST_SAID)])).strip()
            return


def _look_ahead(trace: Trace, lines: tuple[str, ...], number: int) -> None:
    """Python tells what was raised below the last frame, which is the first line that is not indented."""
    for at in range(number, min(number + REACH, len(lines))):
        line = _INDENTED.sub("", lines[at])
        if frame_of(line, at, ""):
            return
        if line[:1] not in ("", " ", "\t") and (raised := raised_in(line, "python")):
            trace.exception, trace.message = raised
            trace.line = at + 1
            # It may go on; the exception that this one led to comes after an empty line.
            more: list[str] = []
            for rest in lines[at + 1 : at + MOST_SAID]:
                if not rest.strip():
                    break
                more.append(rest[:LONGEST_LINE])
            trace.cause = any(
                "direct cause" in rest or "During handling" in rest for rest in lines[at + 1 : at + REACH]
            )
            trace.message = " ".join((trace.message, *more)).strip()
            return


def _read_raised(reading: Reading, exception: str, message: str, where: str) -> None:
    if exception not in ("Error", "Exception"):
        reading.add("exception", exception, where)
    reading.add("error", signature(_THROWN_IN.sub("", message)), where)


def _read_service(reading: Reading, language: str, frame: Frame) -> None:
    """The part of an own frame's name that a team gives its service: behind the organisation's name."""
    where = f"frame in line {frame.line}"
    named = {"java": _PACKAGE, "dotnet": _NAMESPACE, "go": _MODULE}.get(language)
    if named and (found := named.match(frame.function)) and found["name"].casefold() not in _GENERAL:
        reading.add("service", found["name"].casefold() if language == "dotnet" else found["name"], where)
    if rooted := _ROOT.search(frame.place):
        reading.hint(rooted["name"] or rooted["command"], where)
