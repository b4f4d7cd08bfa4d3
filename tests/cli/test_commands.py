"""What holds for every command: help, documentation, JSON, exit codes, errors in one sentence."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS, main
from app.cli.console import EXIT_CODES
from tests.cli.conftest import Site

ROOT = Path(__file__).parents[2]


def commands() -> dict[str, click.Command]:
    """Every command that does something, by the words that call it."""
    context = click.Context(main)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": each for inner, each in command.commands.items()}
        else:
            found[name] = command
    return found


def readme() -> str:
    return (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_an_example_that_calls_it(site: Site, name: str) -> None:
    done = site.run(*name.split(), "--help")
    assert done.exit_code == 0
    assert re.search(rf"Example: .*hindsight {name}", done.stdout)
    assert len(done.stdout.splitlines()) > 4


@pytest.mark.parametrize("name", commands())
def test_every_command_answers_in_json_and_is_in_the_readme(name: str) -> None:
    assert "--json" in [option for parameter in commands()[name].params for option in parameter.opts]
    assert f"`{name}`" in readme()


def test_the_help_lists_every_command_and_what_exit_codes_mean(site: Site) -> None:
    lines = " ".join(site.run("--help").stdout.split())
    for name, (_, help) in COMMANDS.items():
        assert f"{name} {help}" in lines
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in lines


def test_the_commands_of_the_table_have_the_names_they_are_listed_under() -> None:
    context = click.Context(main)
    assert [command.name for name in COMMANDS if (command := main.get_command(context, name))] == list(COMMANDS)


def test_help_imports_nothing_that_takes_time() -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(sorted({'sqlalchemy', 'flask', 'numpy', 'gunicorn', 'whoosh', 'app.library'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_wrong_use_ends_with_2(site: Site) -> None:
    assert site.run("serch").exit_code == 2
    assert site.run("search").exit_code == 2
    assert site.run("search", "x", "--limit", "0").exit_code == 2


def test_a_bad_setting_is_one_sentence_that_names_it(site: Site) -> None:
    site.environment["HINDSIGHT_PORT"] = "eighty"
    done = site.run("search", "x")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: HINDSIGHT_PORT='eighty' cannot be used")
    assert "Traceback" not in done.stderr


def test_an_error_is_json_where_json_was_asked_for(site: Site) -> None:
    site.environment["HINDSIGHT_PORT"] = "eighty"
    done = site.run("rebuild", "--json")
    error = json.loads(done.stdout)["error"]
    assert error["code"] == done.exit_code == 2
    assert "HINDSIGHT_PORT" in error["message"]
    assert done.stderr == ""


def test_a_database_that_cannot_be_opened_is_a_sentence_without_its_password(site: Site) -> None:
    site.environment["HINDSIGHT_DATABASE"] = "nosuch://ada:secret@db/hindsight"
    done = site.run("search", "x")
    assert done.exit_code == 2
    assert "HINDSIGHT_DATABASE cannot be used" in done.stderr
    assert "secret" not in done.output


def test_a_file_that_is_no_database_is_a_sentence(site: Site, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database " * 100)
    site.environment["HINDSIGHT_DATABASE"] = f"sqlite:///{tmp_path / 'text'}"
    done = site.run("search", "x")
    assert done.exit_code == 4
    assert "The database does not answer as it should" in done.stderr


def test_data_that_cannot_be_written_is_a_sentence_that_names_the_place(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    site.environment["HINDSIGHT_DATA"] = str(tmp_path / "file" / "data")
    done = site.run("search", "x")
    assert done.exit_code == 4
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.output


def test_before_there_is_an_index_search_says_how_to_get_one(site: Site) -> None:
    done = site.run("search", "x")
    assert done.exit_code == 4
    assert "hindsight ingest" in done.stderr


def test_a_closed_pipe_is_quiet(site: Site) -> None:
    site.run("rebuild")
    reading, writing = os.pipe()
    os.close(reading)
    process = site.start("search", "x", stdout=writing)
    os.close(writing)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (141, "")


def test_ctrl_c_ends_with_130_and_without_a_traceback(site: Site, tmp_path: Path) -> None:
    questions = tmp_path / "queries.jsonl"
    os.mkfifo(questions)
    process = site.start("eval", str(questions))
    # Opening waits until the command has opened its side: from then on it waits for us.
    with questions.open("w"):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors.strip() == ""


def test_colours_are_for_terminals_only(site: Site) -> None:
    site.run("rebuild")

    def shown(no_color: str) -> str:
        site.environment["NO_COLOR"] = no_color
        terminal, side = os.openpty()
        process = site.start("show", "nothing", stderr=side)
        process.wait()
        os.close(side)
        text = os.read(terminal, 10_000).decode()
        os.close(terminal)
        return text

    assert "\x1b[" in shown("")
    assert "\x1b[" not in shown("1")
    assert "\x1b[" not in site.run("show", "nothing").stderr
