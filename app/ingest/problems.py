"""What is wrong in a file, as it is told to whoever ran the command."""

from __future__ import annotations

from dataclasses import dataclass

from app.ingest.formats.draft import Problem


@dataclass(frozen=True)
class FileProblem:
    """`file` is relative to its source's folder. `error`: the file is not in; `warning`: it is in, without that."""

    file: str
    line: int | None
    field: str | None
    level: str
    problem: str
    mend: str


def told(file: str, problem: Problem) -> FileProblem:
    return FileProblem(file, problem.line, problem.field, problem.level, problem.problem, problem.mend)


def error(file: str, problem: str, mend: str) -> FileProblem:
    return FileProblem(file, None, None, "error", problem, mend)


def warning(file: str, problem: str, mend: str) -> FileProblem:
    return FileProblem(file, None, None, "warning", problem, mend)
