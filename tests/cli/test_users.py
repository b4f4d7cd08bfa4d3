from __future__ import annotations

import os

from tests.cli.conftest import Site, wait_for

PASSWORD = "a long walk in the rain"


def test_an_account_is_added_with_role_and_teams(site: Site) -> None:
    answer = site.json(
        "user", "add", "Ada@Example.org", "--role", "editor", "--team", "web", "--team", "db", input=PASSWORD
    )
    assert answer == {"id": 1, "email": "ada@example.org", "role": "editor", "teams": ["db", "web"]}


def test_the_password_is_the_first_line_of_standard_input(site: Site) -> None:
    done = site.run("user", "add", "ada@example.org", input=f"{PASSWORD}\nmore\n")
    assert done.exit_code == 0
    assert done.stdout == "Added ada@example.org as reader.\n"


def test_without_a_password_nothing_is_added(site: Site) -> None:
    done = site.run("user", "add", "ada@example.org", input="")
    assert done.exit_code == 2
    assert "No password was given" in done.stderr
    assert site.run("user", "add", "ada@example.org", input=PASSWORD).exit_code == 0


def test_a_weak_password_is_refused_with_the_reason(site: Site) -> None:
    done = site.run("user", "add", "ada@example.org", input="short")
    assert done.exit_code == 2
    assert "characters" in done.stderr


def test_an_account_that_exists_is_refused(site: Site) -> None:
    site.run("user", "add", "ada@example.org", input=PASSWORD)
    error = site.json("user", "add", "ADA@example.org", input=PASSWORD, code=3)["error"]
    assert "already" in error["message"]


def test_a_role_that_there_is_not_is_wrong_use(site: Site) -> None:
    assert site.run("user", "add", "ada@example.org", "--role", "king", input=PASSWORD).exit_code == 2


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(site: Site) -> None:
    terminal, side = os.openpty()
    process = site.start("user", "add", "ada@example.org", stdin=side, stderr=side, start_new_session=True)
    shown = ""

    def asked(words: str) -> bool:
        nonlocal shown
        shown += os.read(terminal, 1000).decode()
        return words in shown

    wait_for(lambda: asked("Password"), "the question")
    os.write(terminal, f"{PASSWORD}\n".encode())
    wait_for(lambda: asked("Repeat"), "the second question")
    os.write(terminal, f"{PASSWORD}\n".encode())
    out, _ = process.communicate()
    os.close(side)
    os.close(terminal)
    assert process.returncode == 0
    assert "Added ada@example.org" in out
    assert PASSWORD not in shown
