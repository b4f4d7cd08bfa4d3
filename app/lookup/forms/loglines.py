"""One line of a log, taken apart: JSON, logfmt, klog, syslog, access and error logs of web servers, plain ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.lookup.forms.payload import parsed
from app.lookup.forms.reading import text_of

LONGEST_LINE = 4_000
# How bad what a line tells is; a line that names no level is judged by its words.
LEVELS = {
    "panic": 5, "fatal": 5, "emerg": 5, "emergency": 5, "alert": 5, "crit": 5, "critical": 5, "dpanic": 5,
    "error": 4, "err": 4, "severe": 4, "fail": 4, "failed": 4, "f": 5, "e": 4, "w": 3, "i": 1, "d": 0,
    "warn": 3, "warning": 3, "notice": 2, "info": 1, "information": 1, "log": 1, "debug": 0, "trace": 0, "verbose": 0,
}  # fmt: skip
UNSAID = 2
_WRAPPED = re.compile(r"^(?P<name>[a-z0-9][\w.-]{1,60}?)(?:[-_]\d{1,3})?\s{1,40}\|\s(?P<rest>.*)$", re.S)
_FROM_POD = re.compile(r"^\[pod/(?P<name>[\w.-]{1,120})/[\w.-]{1,80}\]\s(?P<rest>.*)$", re.S)
_TIME = (
    r"[\[(]?(?:\d{4}[-/.]\d{2}[-/.]\d{2}[T _]\d{2}:\d{2}(?::\d{2})?(?:[.,:]\d{1,9})?"
    r"\s?(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT|CES?T)?"
    r"|\d{2}/[A-Z][a-z]{2}/\d{4}[ :]\d{2}:\d{2}:\d{2}(?:\s?[+-]\d{4})?"
    r"|\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?|\d{10,13}(?:\.\d{1,9})?"
    r"|(?:[A-Z][a-z]{2}\s)?[A-Z][a-z]{2}\s{1,2}\d{1,2}\s(?:\d{4}\s)?\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:\s\d{4})?)[\])]?"
)
_TIMED = re.compile(rf"^{_TIME}[\s,;|:-]{{0,4}}(?P<rest>.*)$", re.S)
_CONTAINER = re.compile(r"^std(?:out|err) [FP] (?P<rest>.*)$", re.S)
_SYSLOG5424 = re.compile(
    r"^<\d{1,3}>1 \S{1,40} (?P<host>\S{1,100}) (?P<program>\S{1,60}) \S{1,60} \S{1,60} "
    r"(?:-|\[.{0,600}?\]) (?P<rest>.*)$",
    re.S,
)
_PRIORITY = re.compile(r"^<\d{1,3}>")
_PROGRAM = re.compile(
    r"^(?:(?P<host>[\w.-]{1,100})\s)?(?P<program>[\w./-]{2,60})(?:\[\d{1,8}\]):\s(?P<rest>.*)$|^(?P<host2>[\w.-]{1,100})\s(?P<program2>kernel|systemd|sshd|cron|haproxy|dockerd):\s(?P<rest2>.*)$",
    re.S,
)
_KERNEL = re.compile(r"^\[\s{0,8}\d{1,9}\.\d{1,9}\]\s(?P<rest>.*)$", re.S)
_KLOG = re.compile(
    r"^(?P<level>[IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d{1,9}\s{1,8}\d{1,9} "
    r"(?P<caller>[\w./-]{1,120}:\d{1,6})\] (?P<rest>.*)$",
    re.S,
)
_QUOTED = re.compile(r'^"(?P<message>(?:[^"\\]|\\.){1,1500})"(?P<pairs>(?:\s.*)?)$', re.S)
_PAIR = re.compile(
    r'(?<![\w.])(?P<name>[A-Za-z_][\w.@-]{0,60})=(?:"(?P<quoted>(?:[^"\\]|\\.){0,1500})"|(?P<bare>[^\s"]{1,300}))'
)
_ACCESS = re.compile(
    r"""^(?P<host>\S{1,100})\s\S{1,60}\s\S{1,60}\s(?:\[[^\]]{5,60}\]|)\s{0,2}"(?P<method>[A-Z]{3,8})\s(?P<path>\S{1,1500})[^"]{0,20}"\s(?P<code>\d{3})\s""",
    re.VERBOSE,
)
_LEVEL = re.compile(
    r"""^[\[(<|*\s]{0,3}(?P<level>panic|fatal|emerg|emergency|alert|crit|critical|error|err|severe|warn|warning|notice|info|debug|trace|log)
        (?:\s?[\])>|*:]{1,3}|\s{1,4}-{0,2})(?P<rest>.*)$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LEVEL_WITHIN = re.compile(
    r"(?:^|[\s\[|(])(?P<level>PANIC|FATAL|CRITICAL|CRIT|ERROR|SEVERE|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)(?=[\s\]|):]|$)[\])|:]{0,2}"
)
# What stands between level and message: ids of processes and threads, names of loggers.
_ORIGIN = re.compile(
    r"^(?:\[[^\]]{1,120}\]|\(\S{1,60}\)|\d{1,9}(?:#\d{1,9})?:?|\*\d{1,12}|---|-|[a-z][\w$]*(?:[.:]{1,2}[\w$]+){2,12}:?|[\w$.-]{2,80}\s-|[\w./-]{2,80}:\d{1,6}:?)\s{1,8}"
)
_WEB_TAIL = re.compile(r",\s(?:client|server|request|upstream|host|referrer):\s.{0,600}$", re.S)
_MESSAGES = ("msg", "message", "@message", "MESSAGE", "log", "event", "text", "short_message", "detail", "body")
_ERRORS = (
    "error",
    "err",
    "exception",
    "error.message",
    "errorMessage",
    "error_message",
    "cause",
    "exc",
    "exc_info",
    "reason",
)
LEVEL_NAMES = frozenset(("level", "lvl", "severity", "log.level", "levelname", "loglevel", "@level"))
_SERVICES = (
    "service", "service.name", "service_name", "serviceName", "svc", "app", "application", "app_name", "appName",
    "component",
)  # fmt: skip


@dataclass
class LogLine:
    """`level` as in LEVELS; `error` is what it says besides its message; `trace` the stack trace that it holds."""

    kind: str = ""
    level: int = UNSAID
    message: str = ""
    error: str = ""
    service: str = ""
    program: str = ""
    caller: str = ""
    host: str = ""
    workload: str = ""
    trace: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def log_line(line: str) -> LogLine:
    """A line taken apart; its `kind` is empty where nothing shows that it is one of a log."""
    told = LogLine()
    rest = line[:LONGEST_LINE].strip()
    if wrapped := _FROM_POD.match(rest) or _WRAPPED.match(rest):
        told.workload, rest = wrapped["name"], wrapped["rest"].strip()
    if access := _ACCESS.match(rest):
        return _access(told, access)
    rest = _without_time(told, rest)
    if rest.startswith("{") and isinstance(data := parsed(rest)[0], Mapping):
        return _json(told, data)
    if klog := _KLOG.match(rest):
        told.kind, told.level, told.caller = "klog", LEVELS[klog["level"].lower()], klog["caller"]
        return _pairs(told, klog["rest"])
    if access := _ACCESS.match(rest):
        return _access(told, access)
    pairs = list(_PAIR.finditer(rest))
    if (
        len(pairs) >= 2
        and pairs[0].start() == 0
        and {each["name"] for each in pairs} & {*_MESSAGES, *LEVEL_NAMES, "ts", "time", "err"}
    ):
        told.kind = "logfmt"
        return _pairs(told, rest)
    return _plain(told, rest)


def _without_time(told: LogLine, rest: str) -> str:
    """What stands behind the time, the container's stream, and the host and program of syslog."""
    if found := _SYSLOG5424.match(rest):
        told.kind, told.host, told.program = "syslog", found["host"], found["program"]
        return found["rest"].strip("\ufeff ")
    rest = _PRIORITY.sub("", rest)
    for _ in range(2):
        if timed := _TIMED.match(rest):
            told.kind, rest = told.kind or "log", timed["rest"]
        if contained := _CONTAINER.match(rest):
            rest = contained["rest"]
    if named := _PROGRAM.match(rest):
        told.kind = "syslog"
        told.host = named["host"] or named["host2"] or ""
        told.program = named["program"] or named["program2"]
        rest = named["rest"] if named["rest"] is not None else named["rest2"]
        if kernel := _KERNEL.match(rest):
            rest = kernel["rest"]
    elif kernel := _KERNEL.match(rest):
        told.kind, told.program, rest = "syslog", "kernel", kernel["rest"]
    return rest


def _json(told: LogLine, data: Mapping[str, Any]) -> LogLine:
    told.kind = "json"
    inner = data.get("_source")
    data = inner if isinstance(inner, Mapping) else data
    for name in ("fields", "log", "jsonPayload", "attributes"):
        if isinstance(data.get(name), Mapping):
            data = {**data[name], **{key: value for key, value in data.items() if key != name}}
    told.fields = data
    told.level = _level(next((data[name] for name in LEVEL_NAMES if name in data), None))
    told.message = next((said for name in _MESSAGES if (said := text_of(data, name))), "")
    told.error = next((said for name in _ERRORS if (said := text_of(data, name))), "")
    for name in ("error", "err", "exception"):
        error = data.get(name)
        if isinstance(error, Mapping):
            told.error = ": ".join(
                filter(None, (text_of(error, "type") or text_of(error, "name"), text_of(error, "message")))
            )
            told.trace = str(error.get("stack") or error.get("stack_trace") or "")[:20_000]
    told.trace = told.trace or next(
        (
            data[name][:20_000]
            for name in ("stack", "stack_trace", "stacktrace", "traceback", "exc_info")
            if isinstance(data.get(name), str)
        ),
        "",
    )
    told.service = next(
        (said for name in _SERVICES if (said := text_of(data, name) or text_of(data, name, "name"))), ""
    )
    if not told.service and "pid" in data and "hostname" in data:
        # As loggers of Node write it.
        told.service = text_of(data, "name")
    told.workload = (
        told.workload or text_of(data, "kubernetes", "pod_name") or text_of(data, "kubernetes", "pod", "name")
    )
    told.caller = text_of(data, "caller") or text_of(data, "logger")
    told.program = told.program or text_of(data, "SYSLOG_IDENTIFIER")
    told.host = told.host or text_of(data, "host") or text_of(data, "hostname")
    return told


def _pairs(told: LogLine, rest: str) -> LogLine:
    """klog and logfmt: a quoted message, or one behind its name, and what stands beside it."""
    quoted = _QUOTED.match(rest)
    pairs = {
        each["name"]: each["bare"] if each["quoted"] is None else each["quoted"].replace('\\"', '"')
        for each in _PAIR.finditer(quoted["pairs"] if quoted else rest)
    }
    told.fields = pairs
    told.message = quoted["message"] if quoted else next((pairs[name] for name in _MESSAGES if name in pairs), "")
    if told.kind == "klog" and not told.message:
        told.message = rest
        return told
    told.error = next((pairs[name] for name in _ERRORS if name in pairs), "")
    named = next((pairs[name] for name in LEVEL_NAMES if name in pairs), None)
    told.level = _level(named) if named else told.level
    told.service = next((pairs[name] for name in _SERVICES if name in pairs), "")
    told.caller = told.caller or pairs.get("caller", "") or pairs.get("logger", "")
    return told


def _access(told: LogLine, access: re.Match[str]) -> LogLine:
    told.kind, told.host = "access", access["host"]
    told.level = 4 if access["code"].startswith("5") else 3 if access["code"].startswith("4") else 1
    told.message = f"{access['method']} {access['path'].partition('?')[0]}"
    told.error = f"HTTP {access['code']}"
    return told


def _plain(told: LogLine, rest: str) -> LogLine:
    if found := _LEVEL.match(rest):
        told.kind, told.level, rest = told.kind or "level", LEVELS[found["level"].lower()], found["rest"]
    elif told.kind and (within := _LEVEL_WITHIN.search(rest[:160])):
        told.level, rest = LEVELS[within["level"].lower()], rest[within.end() :]
    if told.kind:
        rest = _WEB_TAIL.sub("", rest.strip())
        for _ in range(4):
            shorter = _ORIGIN.sub("", rest, count=1)
            if shorter == rest or not shorter:
                break
            rest = shorter
        if found := _LEVEL.match(rest):
            told.level, rest = max(told.level, LEVELS[found["level"].lower()]), found["rest"]
    told.message = rest.strip(" -|:\t")
    return told


def _level(value: Any) -> int:
    """A level by name, or by number as Node's loggers write it (30 is information) and syslog does (6 is)."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit() and len(value) < 4):
        number = float(value)
        if number >= 10:
            return 5 if number >= 60 else 4 if number >= 50 else 3 if number >= 40 else 1
        return 5 if number <= 2 else 4 if number == 3 else 3 if number == 4 else 1
    return LEVELS.get(str(value).strip().casefold(), UNSAID)
