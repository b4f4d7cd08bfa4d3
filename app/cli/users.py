"""`hindsight user`: who may sign in."""

from __future__ import annotations

import sys

import click

from app.cli.console import answer, json_option
from app.cli.opening import opened
from app.errors import Invalid
from app.library.accounts import USER_ROLES
from app.people.accounts import add_user
from app.settings import load


@click.group(epilog="Example: hindsight user add ada@example.org --role admin")
def user() -> None:
    """Manage who may sign in."""


@user.command(epilog="Example: hindsight user add ada@example.org --role editor --team platform < password.txt")
@click.argument("email")
@click.option(
    "--role", type=click.Choice(USER_ROLES), default=USER_ROLES[0], show_default=True, help="What the account may do."
)
@click.option(
    "--team",
    "teams",
    multiple=True,
    metavar="NAME",
    help="A team whose documents the account may read; may be repeated.",
)
@json_option
def add(email: str, role: str, teams: tuple[str, ...]) -> None:
    """Add an account for EMAIL.

    The password is asked for on a terminal, else it is the first line of standard input: an argument would stand in the
    shell's history and in the list of processes.
    """
    settings = load()
    password = _password()
    with opened(settings) as database, database.write() as session:
        added = add_user(session, email, password, role, teams)
    of_teams = f", of {', '.join(added.teams)}" if added.teams else ""
    answer(
        {"id": added.id, "email": added.email, "role": added.role, "teams": added.teams},
        [f"Added {added.email} as {added.role}{of_teams}."],
    )


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Invalid("No password was given: type it on a terminal, or put it on the first line of standard input.")
    return line
