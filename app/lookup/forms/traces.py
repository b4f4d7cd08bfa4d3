"""The lines of stack traces: which frame or exception each is, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST_LINE = 2_000

_JAVA = re.compile(
    r"^\s*at (?P<function>[\w.$/@<>+-]{3,300})"
    r"\((?P<place>[\w$.-]{1,120}\.(?:java|kt|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source|<generated>)\)"
)
_NODE = re.compile(
    r"^\s*at (?:(?:async |new |Object\.)*(?P<function>[^\s()]{1,200})(?: \[as [^\]]{1,80}\])? )?"
    r"\(?(?P<place>[^\s()]{1,400}:\d+:\d+|<anonymous>|native)\)?(?: \{)?\s*$"
)
_FIREFOX = re.compile(r"^\s*(?P<function>[\w.$<>/*]{0,100})@(?P<place>[^\s@]{3,400}:\d+:\d+)\s*$")
_DOTNET = re.compile(
    r"^\s*at (?P<function>[A-Z][\w.`<>\[\]+|$]{2,300})\([^()]{0,400}\)"
    r"(?: in (?P<place>.{1,300}:line \d+))?\s*$"
)
_PYTHON = re.compile(r'^\s*File "(?P<place>[^"]{1,400}", line \d+)(?:, in (?P<function>.{1,100}))?')
_RUBY = re.compile(r"^\s*(?:\d+: )?(?:from )?(?P<place>[^\s:][^:]{0,300}\.rb:\d+):in [`'](?P<function>[^'`]{1,200})'")
_GO = re.compile(r"^(?P<function>(?:[\w.-]+(?:/[\w.~-]+)*\.)?[\w(*).\[\]]{1,200})\([^()]{0,400}\)\s*$")
_GO_PLACE = re.compile(r"^\s+(?P<place>/?[^\s:]{1,300}\.(?:go|s):\d+)(?: \+0x[0-9a-f]+)?\s*$")
_PHP = re.compile(r"^\s*#\d{1,3} (?P<place>/[^\s(]{1,300}\(\d+\)): (?P<function>[\w\\>:-]{1,200})\(")

_TYPE = r"(?:[A-Za-z_][\w$]{0,80}[.:\\]{1,2}){0,12}[A-Z][\w$]{1,100}"
_HEADER = re.compile(
    rf"""^(?:Exception\sin\sthread\s".{{0,100}}"\s|Caused\sby:\s|Suppressed:\s|Unhandled\sexception\.\s|\s*--->\s|Uncaught\s(?:\(in\spromise\)\s)?
        |PHP\sFatal\serror:\s+Uncaught\s|Fatal\serror:\s+Uncaught\s|\[?(?:ERROR|error)\]?:?\s|Error:\s(?={_TYPE}:)|.{{0,200}}?\s(?=(?:[a-z_][\w$]{{0,60}}\.){{2,12}}[A-Z]))?
        (?P<type>{_TYPE})(?:\s\[(?P<code>[A-Z_0-9]{{2,60}})\]|\s?\((?:0x)?[0-9A-Fa-f]{{1,10}}\))?(?::\s?(?P<message>.{{0,1500}})|\s*)$""",
    re.VERBOSE,
)
_ALONE = re.compile(
    r"(?<![\w.$/])(?P<type>(?:[A-Za-z_][\w$]{0,60}[.:]{1,2}){0,10}[A-Z]\w{0,80}(?:Error|Exception)):\s(?P<message>\S.{2,600})"
)
_RAISED = re.compile(r"^(?P<type>[A-Za-z_][\w.]{1,200})(?::\s?(?P<message>.{0,1500}))?$")
_RUBY_RAISED = re.compile(
    r"^.{1,300}\.rb:\d+:in [`'][^'`]{1,200}': (?P<message>.{1,1000}?) \((?P<type>[A-Z][\w:]{1,100})\)"
)
_RAILS_RAISED = re.compile(r"^(?P<type>[A-Z]\w{1,60}(?:::[A-Z]\w{1,60}){0,6}) \((?P<message>.{1,1000})\):?\s*$")
_PANIC = re.compile(r"^(?:.{0,120}?\s)?(?:panic|fatal error): (?P<message>.{1,1000})$")
_RUST = re.compile(
    r"^(?:thread '[^']{0,80}' (?:\(\d+\) )?)panicked at (?:'(?P<message>.{1,800})', )?(?P<place>[^\s:']{1,200}:\d+:\d+)"
)

# Of the language, its runtime and well-known libraries: not one's own.
_FOREIGN_PLACE = re.compile(
    r"site-packages|dist-packages|node_modules|/gems/|/rubygems/|/usr/lib/|/usr/local/(?:lib|go)/|/go/pkg/mod/|/vendor/|node:|^internal/"
    r"|/lib/python\d|<frozen|<string>|<anonymous>|^native$|^<internal:|/opt/homebrew/|/\.cargo/|/rustc/|chrome-extension:|webpack/runtime",
)
_FOREIGN_FUNCTION = re.compile(
    r"""(?:[\w.]+/)?(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|akka|play|reactor|rx|io\.reactivex
      |org\.(?:springframework|apache|hibernate|postgresql|eclipse|jboss|slf4j|junit|glassfish|bson|elasticsearch|opensearch|jooq|mariadb|codehaus|aspectj|flywaydb|quartz|thymeleaf|wildfly|xnio)
      |com\.(?:zaxxer|fasterxml|mysql|google|netflix|amazonaws|mongodb|datastax|microsoft|squareup|rabbitmq|oracle|ibm|hazelcast|typesafe|github\.benmanes|lmax)
      |io\.(?:netty|grpc|lettuce|micrometer|quarkus|undertow|opentelemetry|opentracing|kubernetes|fabric8|projectreactor|micronaut|jsonwebtoken|ktor)
      |redis\.clients|okhttp3|retrofit2|feign|software\.amazon|ch\.qos|net\.(?:bytebuddy|sf)|oracle\.jdbc
      |System|Microsoft|Npgsql|StackExchange|Newtonsoft|Polly|Grpc|MediatR|Serilog|MySql|MongoDB|RabbitMQ|Confluent|Dapper|Autofac
      |runtime|net|internal|reflect|sync|syscall|os|io|testing|google\.golang\.org|golang\.org|k8s\.io|sigs\.k8s\.io|go\.etcd\.io|gopkg\.in|database
      )[.$/(].*""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Frame:
    """`line` is where in the text it stands, from 1."""

    function: str
    place: str
    own: bool
    line: int

    @property
    def written(self) -> str:
        return f"{self.function} ({self.place})" if self.function and self.place else self.function or self.place


@dataclass
class Trace:
    """One exception with the frames below or above it; `innermost` is the end of the frames at which it was raised."""

    language: str
    line: int
    exception: str = ""
    message: str = ""
    frames: list[Frame] = field(default_factory=list)
    innermost: int = 0
    cause: bool = False

    @property
    def own_frame(self) -> Frame | None:
        """The own frame nearest to where it was raised."""
        inward = reversed(self.frames) if self.innermost else iter(self.frames)
        return next((frame for frame in inward if frame.own), None)


def frame_of(line: str, number: int, following: str) -> tuple[str, Frame] | None:
    """The language and frame of a line, or None. `following` is the next line: Go tells the place there."""
    line = line[:LONGEST_LINE]
    for language, pattern in (
        ("java", _JAVA), ("node", _NODE), ("dotnet", _DOTNET), ("python", _PYTHON), ("ruby", _RUBY), ("php", _PHP),
        ("node", _FIREFOX),
    ):  # fmt: skip
        if found := pattern.match(line):
            place = (found["place"] or "").replace('", line ', ":").replace(":line ", ":")
            return language, _frame(found["function"] or "", place, number)
    placed = _GO_PLACE.match(following[:LONGEST_LINE])
    called = _GO.match(line) if placed else None
    return ("go", _frame(called["function"], placed["place"], number)) if placed and called else None


def _frame(function: str, place: str, number: int) -> Frame:
    foreign = _FOREIGN_PLACE.search(place) or _FOREIGN_FUNCTION.match(function)
    return Frame(function, place, not foreign, number)


def raised_in(line: str, language: str) -> tuple[str, str] | None:
    """The exception's type and message that a line tells, or None. Go and Rust have no types."""
    line = line[:LONGEST_LINE]
    if language == "go":
        found = _PANIC.match(line)
        return ("", found["message"]) if found else None
    if language == "python":
        found = _RAISED.match(line)
    elif language == "ruby":
        found = _RUBY_RAISED.match(line) or _RAILS_RAISED.match(line)
    else:
        found = _HEADER.match(line)
    if found is None:
        return None
    code = (found.groupdict().get("code") or "") if language == "node" else ""
    return found["type"], " ".join(filter(None, (code, found["message"])))


def names_exception(line: str) -> tuple[str, str] | None:
    """The same within a line that may be about anything: only what is called like an exception is one."""
    found = _ALONE.search(line[:LONGEST_LINE])
    return (found["type"], found["message"]) if found else None


def rust_panic(line: str) -> re.Match[str] | None:
    return _RUST.match(line[:LONGEST_LINE])
