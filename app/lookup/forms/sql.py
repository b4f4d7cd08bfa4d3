"""The shells of databases: their errors and what their tables of sessions show."""

from __future__ import annotations

import re

from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.tables import barred
from app.lookup.signature import is_noise, signature

MOST_LINES = 1_000
MOST_ROWS = 8
_PSQL = re.compile(r"^(?P<database>[A-Za-z_][\w-]{0,62})[=\-'(*!^]{1,2}[>#]\s?(?P<statement>.{0,2000})$")
_MYSQL = re.compile(r"^(?:mysql|MariaDB \[(?P<database>[^\]]{1,60})\]|MySQL\s.{0,60}?)>\s?(?P<statement>.{0,2000})$")
_OTHER = re.compile(
    r"^(?:sqlite|SQL|cqlsh(?::\w{1,40})?|(?:[\w.-]{1,60}:\w{1,20} )?\[(?:direct: )?\w{1,40}\] \w{1,40}"
    r"|\d{1,3}(?:\.\d{1,3}){3}:\d{4,5}|redis[\w.:-]{0,60})>\s?(?P<statement>.{0,2000})$"
)
_ERROR = re.compile(
    r"^(?:psql:.{0,200}?:\d{1,7}:\s|psql:\s(?:error:\s)?)?(?P<level>ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|error|NOTICE|WARNING):\s{1,2}(?P<message>\S.{0,1500})$"
)
_CONNECTION = re.compile(r"^psql:\s(?:error:\s)?(?P<message>\S.{0,1500})$")
_NUMBERED = re.compile(
    r"""^(?P<code>ERROR\s\d{3,5}\s\(\w{5}\)|ORA-\d{4,5}|Msg\s\d{2,6},.{0,120}|SQLSTATE\[\w{5}\]|\(error\)|MISCONF|OOM\scommand|CLUSTERDOWN|Error\sCode:\s\d{3,5}\.)
        (?:\sat\sline\s\d{1,6})?:?\s?(?P<message>.{0,1500})$""",
    re.VERBOSE,
)

_MYSQL_CODE = re.compile(r"ERROR\s(?P<number>\d{3,5})\s\(")


def read(paste: Paste, reading: Reading) -> None:
    lines = paste.lines[:MOST_LINES]
    prompts = [
        (form, found)
        for line in lines
        for form, pattern in (("psql", _PSQL), ("mysql", _MYSQL), ("sql", _OTHER))
        if (found := pattern.match(line))
    ]
    numbered = [(number, found) for number, line in enumerate(lines, 1) if (found := _NUMBERED.match(line))]
    server = [
        (number, found)
        for number, line in enumerate(lines, 1)
        if (found := _ERROR.match(line) or _CONNECTION.match(line))
    ]
    own = (
        "psql"
        if any(found["message"] and line_level(found) in ("ERROR", "FATAL", "PANIC") for _, found in server)
        else ""
    )
    form = (
        prompts[0][0]
        if prompts
        else "mysql"
        if any(found["code"].startswith("ERROR") for _, found in numbered)
        else own or ("sql" if numbered else "")
    )
    # A line of a log may begin like an error of psql; alone it is one where two blanks follow.
    if not form or (form == "psql" and not prompts and not _is_psql(lines)):
        return
    reading.form = reading.form or form
    for number, found in server:
        kind = "error" if line_level(found) in ("ERROR", "FATAL", "PANIC", "") else "summary"
        if line_level(found) not in ("HINT", "CONTEXT", "NOTICE"):
            reading.add(kind, signature(found["message"]), f"line {number}")
    for number, found in numbered:
        if mysql := _MYSQL_CODE.match(found["code"]):
            # Other servers have too many connections too; the number is MySQL's own.
            reading.add("status", f"MySQL error {mysql['number']}", f"line {number}")
            reading.hint("mysql", f"code in line {number}")
        code = found["code"] if found["code"].startswith(("ORA", "MISCONF", "OOM", "CLUSTERDOWN")) else ""
        reading.add("error", f"{code} {signature(found['message'])}", f"line {number}")
    _read_tables(reading, lines)
    for _, found in prompts:
        reading.hint(found.groupdict().get("database") or "", "database of the prompt")
        if not reading.of("error"):
            reading.add("summary", signature(found["statement"]), "statement")


def line_level(found: re.Match[str]) -> str:
    return (found.groupdict().get("level") or "").upper()


def _is_psql(lines: tuple[str, ...]) -> bool:
    return any(line.startswith(("psql:", "ERROR:  ", "FATAL:  ", "PANIC:  ", "DETAIL:  ", "HINT:  ")) for line in lines)


def _read_tables(reading: Reading, lines: tuple[str, ...]) -> None:
    for table in barred(lines):
        for row in table.rows[:MOST_ROWS]:
            said = [cell for cell in row.cells.values() if not (is_noise(cell) or cell.isdigit() or cell.islower())]
            reading.add("summary", signature(" ".join(said)), f"table, line {row.line}")
