"""How all commands speak: JSON or text, progress, colours, exit codes. It imports nothing that takes time."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from app.errors import AppError, Conflict, Forbidden, Invalid, NotFound

WANTING, WRONG_USE, REFUSED, UNAVAILABLE, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 4, 130, 141
EXIT_CODES = {
    0: "Done.",
    WANTING: "Done, but files have errors, nothing was found, or there is no such thing.",
    WRONG_USE: "What was given cannot be used: an argument, a setting, a file of questions.",
    REFUSED: "Refused: too much would vanish, a port or an account is taken, another process is in the way.",
    UNAVAILABLE: "A part that is needed does not answer: database, index, disk. Trying again later may help.",
    INTERRUPTED: "Interrupted by Ctrl-C.",
    PIPE_CLOSED: "Whatever read the output closed it.",
}
_CODES: tuple[tuple[type[AppError], int], ...] = (
    (NotFound, WANTING),
    (Invalid, WRONG_USE),
    (Conflict, REFUSED),
    (Forbidden, REFUSED),
    (AppError, UNAVAILABLE),
)
_JSON = "app.cli.json"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Progress = Callable[[int, int], None]


def _note(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_JSON] = value


json_option = click.option("--json", is_flag=True, expose_value=False, callback=_note, help="Answer in JSON.")


def as_json() -> bool:
    return bool(click.get_current_context().meta.get(_JSON))


def answer(data: Mapping[str, Any] | list[Any], lines: Iterable[str]) -> None:
    """The result of a command: `data` where JSON is wanted, else the lines."""
    if as_json():
        click.echo(json.dumps(data, indent=2))
    else:
        for line in lines:
            click.echo(line)


def event(data: Mapping[str, Any], text: str = "") -> None:
    """Something that a running command has to tell: one line of JSON, or the text where there is one."""
    if as_json():
        click.echo(json.dumps(data))
    elif text:
        click.echo(text)


def plain(text: str) -> str:
    """A text from a file as a terminal may show it: what would move its cursor or hide a part of it is made visible."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def note(text: str) -> None:
    """Something beside the result, for a person to read; standard output stays what it is."""
    click.echo(text, err=True)


def exit_code(error: AppError) -> int:
    return next(code for kind, code in _CODES if isinstance(error, kind))


def fail(message: str, code: int) -> NoReturn:
    """Ends the command: one sentence on standard error, or the same as JSON."""
    if as_json():
        click.echo(json.dumps({"error": {"code": code, "message": message}}))
    else:
        note(f"{click.style('Error:', fg='red', bold=True)} {plain(message)}")
    click.get_current_context().exit(code)


@contextmanager
def progress(label: str) -> Iterator[Progress | None]:
    """A bar on a terminal; None where nobody looks."""
    if as_json() or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance


def table(rows: Iterable[Iterable[str]]) -> list[str]:
    """Rows as aligned lines; the first row is the heading, the first column is a name, the others are figures."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in cells
    ]
    return [click.style(lines[0], bold=True), *lines[1:]]


def read_lines(file: Path) -> list[str]:
    """The lines of a file of JSON objects. Raises Invalid where it is no text."""
    try:
        return file.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is no UTF-8 text; write one JSON object a line.") from error
