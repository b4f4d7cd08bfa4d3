from __future__ import annotations

import pytest

from app.lookup.understand import understand
from app.lookup.understood import Known


@pytest.mark.parametrize(
    ("text", "form", "error"),
    [
        ('shop=> SELECT 1;\nERROR:  relation "prices" does not exist', "psql", "relation prices does not exist"),
        (
            "psql: error: connection to server failed: Connection refused",
            "psql",
            "connection to server failed: Connection refused",
        ),
        ("FATAL:  remaining connection slots are reserved", "psql", "remaining connection slots are reserved"),
        ("mysql> SELECT 1;\nERROR 1040 (HY000): Too many connections", "mysql", "Too many connections"),
        (
            "ERROR 1213 (40001) at line 3: Deadlock found when trying to get lock",
            "mysql",
            "Deadlock found when trying to get lock",
        ),
        (
            "ORA-01555: snapshot too old: rollback segment too small",
            "sql",
            "ORA-01555 snapshot too old: rollback segment too small",
        ),
        (
            "127.0.0.1:6379> SET a b\n(error) READONLY You can't write against a read only replica.",
            "sql",
            "READONLY You can't write against a read only replica.",
        ),
        ("$ curl https://x.example.com\ncurl: (60) certificate has expired", "shell", "curl: certificate has expired"),
    ],
)
def test_a_shell_tells_its_error(text: str, form: str, error: str) -> None:
    understood = understand(text)
    assert understood.form == form
    assert error in understood.errors


def test_without_an_error_the_table_and_the_statement_are_asked() -> None:
    understood = understand(
        "shop=# SELECT pid, wait_event FROM pg_stat_activity;\n"
        "  pid  | wait_event |            query\n"
        "-------+------------+------------------------------\n"
        " 41022 | OidGenLock | UPDATE prices SET amount = $1\n"
    )
    assert "OidGenLock" in understood.question
    assert "UPDATE prices" in understood.question
    assert "41022" not in understood.question


def test_the_database_of_a_prompt_is_the_service_where_it_is_known() -> None:
    text = "shop=> SELECT 1;\nFATAL:  terminating connection"
    assert understand(text).services == ()
    assert understand(text, Known(services={"shop": "shop"})).services == ("shop",)


def test_a_tool_that_speaks_with_one_server_names_it() -> None:
    understood = understand(
        "# etcdctl endpoint health -w table\n"
        "+----------------+--------+-------------------+\n"
        "|    ENDPOINT    | HEALTH |       ERROR       |\n"
        "+----------------+--------+-------------------+\n"
        "| 10.0.0.11:2379 |  false | deadline exceeded |\n"
        "+----------------+--------+-------------------+\n"
    )
    assert understood.services == ("etcd",)
    assert "deadline exceeded" in understood.question


def test_a_unit_that_failed_is_the_service() -> None:
    understood = understand(
        "● basket.service - The basket\n"
        "     Loaded: loaded (/lib/systemd/system/basket.service; enabled)\n"
        "     Active: failed (Result: exit-code) since Mon 2026-03-02 09:10:11 UTC; 1min ago\n"
        "Mar 02 09:10:11 n1 basket[1234]: bind failed: Address already in use\n"
    )
    assert (understood.form, understood.services) == ("systemd", ("basket",))
    assert understood.errors == ("bind failed: Address already in use",)


def test_a_full_filesystem_is_told_and_one_with_room_is_not() -> None:
    understood = understand(
        "$ df -h\nFilesystem      Size  Used Avail Use% Mounted on\n"
        "/dev/nvme0n1p1   50G   49G  500M  99% /var\n/dev/nvme1n1p1   50G   10G   40G  20% /srv\n"
    )
    assert "filesystem full /var" in understood.question
    assert "/srv" not in understood.question


def test_the_number_of_an_error_of_mysql_says_whose_error_it_is() -> None:
    understood = understand("ERROR 1040 (HY000): Too many connections", Known(services={"mysql": "mysql"}))
    assert understood.services == ("mysql",)
    assert "MySQL error 1040" in understood.question
