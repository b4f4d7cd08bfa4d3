from __future__ import annotations

import json

import pytest

from app.lookup.understand import understand
from app.lookup.understood import Known

REFUSED = "publish failed: connection refused"


@pytest.mark.parametrize(
    "line",
    [
        '{"level":"error","ts":"2026-03-02T09:10:11Z","msg":"publish failed","error":"connection refused","attempt":4}',
        '{"level":50,"time":1772000000000,"pid":1,"hostname":"n1","msg":"publish failed: connection refused"}',
        'time=2026-03-02T09:10:11Z level=error msg="publish failed" err="connection refused" attempt=4',
        'E0302 09:10:11.123456       1 publisher.go:88] "publish failed" err="connection refused"',
        "Mar  2 09:10:11 n1 publisher[4711]: publish failed: connection refused",
        "<34>1 2026-03-02T09:10:11Z n1 publisher 4711 - - publish failed: connection refused",
        "2026-03-02 09:10:11,123 ERROR [main] com.acme.Publisher - publish failed: connection refused",
        "2026-03-02T09:10:11.123Z stderr F [ERROR] publish failed: connection refused",
        "2026/03/02 09:10:11 [error] 31#31: *4123 publish failed: connection refused, client: 10.0.0.1, server: x",
        "ERROR: publish failed: connection refused",
        "shop-1  | 2026-03-02 09:10:11 ERROR publish failed: connection refused",
        "[pod/shop-6b7c9d8f5d-q4x2z/api] 2026-03-02 09:10:11 ERROR publish failed: connection refused",
    ],
)
def test_a_line_of_any_log_gives_its_message_without_time_and_place(line: str) -> None:
    understood = understand(line)
    assert understood.form == "log"
    assert understood.errors == (REFUSED,)


def test_what_is_wrong_comes_before_what_only_informs() -> None:
    understood = understand(
        "2026-03-02 09:10:11 INFO listening on the port\n"
        "2026-03-02 09:10:12 WARN retrying the request\n"
        "2026-03-02 09:10:13 ERROR could not reach the broker\n"
    )
    assert understood.errors == ("could not reach the broker", "retrying the request")


def test_the_same_message_is_said_once_and_counted() -> None:
    line = "2026-03-02 09:10:{:02} ERROR took {}ms to reach the broker, timed out"
    understood = understand("\n".join(line.format(second, second * 31) for second in range(9)))
    (error,) = [part for part in understood.parts if part.kind == "error"]
    assert (error.value, error.source) == ("took to reach the broker, timed out", "line 1, 9 times")


def test_an_access_log_tells_the_path_and_the_code() -> None:
    understood = understand(
        '10.0.0.9 - - [02/Mar/2026:09:10:11 +0000] "GET /basket?id=1 HTTP/1.1" 502 157 "-" "curl/8"\n'
        '10.0.0.9 - - [02/Mar/2026:09:10:12 +0000] "GET /health HTTP/1.1" 200 2 "-" "kube-probe"\n'
    )
    assert understood.errors == ("GET /basket: HTTP 502",)


@pytest.mark.parametrize(
    ("line", "service"),
    [
        ('{"level":"error","msg":"publish failed","service":"orders"}', "orders"),
        ('level=error msg="publish failed" service=orders', "orders"),
        ("orders-1  | 2026-03-02 09:10:11 ERROR publish failed", "orders"),
        ("[pod/orders-6b7c9d8f5d-q4x2z/api] 2026-03-02 09:10:11 ERROR publish failed", "orders"),
    ],
)
def test_a_log_names_its_service_by_field_or_pod(line: str, service: str) -> None:
    assert understand(line).services == (service,)


def test_the_program_of_a_log_is_the_service_where_it_is_known() -> None:
    line = "Mar  2 09:10:11 n1 publisher[4711]: publish failed"
    assert understand(line).services == ()
    assert understand(line, Known(services={"publisher": "publisher"})).services == ("publisher",)


def test_a_trace_in_a_field_is_read() -> None:
    stack = "TimeoutError: query timed out\n    at Pool.query (/app/src/db.js:10:3)"
    line = json.dumps({"level": 50, "msg": "request failed", "err": {"type": "TimeoutError", "stack": stack}})
    understood = understand(line)
    assert understood.errors[0] == "TimeoutError"
    assert [part.value for part in understood.parts if part.kind == "frame"] == ["Pool.query (/app/src/db.js:10:3)"]


def test_secrets_of_a_log_are_masked_everywhere() -> None:
    understood = understand(
        'level=error msg="login failed for postgres://app:geheim77@db/x" password=hunter2secret err="denied"'
    )
    assert "geheim77" not in repr(understood)
    assert "hunter2secret" not in repr(understood)


def test_the_unit_that_systemd_speaks_of_is_the_service() -> None:
    line = "Nov 30 03:02:12 web-3 systemd[1]: {}.service: Main process exited, code=killed, status=9/KILL"
    known = Known(services={"systemd": "hosts"})
    assert understand(line.format("checkout"), known).services == ("checkout",)
    assert understand(line.format("worker@3"), known).services == ("worker",)


def test_a_step_of_a_path_is_no_service_but_in_the_folders_of_services() -> None:
    known = Known(services={"api": "public-api", "postgresql": "postgresql", "prometheus": "monitoring"})
    access = '10.0.3.4 - - [30/Nov/2026:03:02:11 +0000] "GET /api/cart HTTP/1.1" 502 552 "-" "curl/8"'
    assert understand(access, known).services == ()
    assert understand("error: cannot reach http://prometheus:9090/graph", known).services == ()
    assert understand("error: /var/lib/postgresql/16/main is full", known).services == ("postgresql",)
