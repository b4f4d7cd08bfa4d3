from __future__ import annotations

import pytest

from app.lookup.understand import understand

PYTHON = """\
Traceback (most recent call last):
  File "/srv/billing/app/db.py", line 10, in connect
    conn = psycopg.connect(dsn)
  File "/usr/lib/python3.11/site-packages/psycopg/connection.py", line 98, in connect
    raise ex
psycopg.OperationalError: connection to server at "10.2.3.4", port 5432 failed: Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/billing/app/tasks.py", line 44, in run
    charge(x)
billing.errors.ChargeFailed: could not charge invoice 881200
"""
JAVA = """\
2026-03-02 09:10:11.123 ERROR 1 --- [nio-8080-exec-3] c.a.orders.web.OrderController : request failed
org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager
\tat org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:466)
\tat com.acme.orders.service.OrderService.place(OrderService.java:71)
\t... 42 more
Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, after 30001ms.
\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)
\tat com.acme.orders.db.Repository.load(Repository.java:22)
"""
GO = """\
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x6b3f2a]

goroutine 42 [running]:
net/http.(*conn).serve.func1(0xc0000b0000)
\t/usr/local/go/src/net/http/server.go:1898 +0xbe
github.com/acme/ledger/internal/store.(*Store).Balance(0x0, 0xc00001)
\t/build/internal/store/store.go:57 +0x1a
"""
NODE = """\
TypeError [ERR_INVALID_ARG]: Cannot read properties of undefined (reading 'price')
    at Socket.emit (node:events:518:28)
    at /usr/src/app/node_modules/ioredis/built/redis.js:12:3
    at async CartStore.load (/usr/src/app/src/cart/store.js:41:9) {
  errno: -111
}"""
RUBY = """\
/app/vendor/bundle/ruby/3.2.0/gems/pg-1.5/lib/pg.rb:58:in `initialize': could not connect to server (PG::ConnectionBad)
\tfrom /app/app/models/invoice.rb:12:in `load_all'
"""
DOTNET = """\
Unhandled exception. System.InvalidOperationException: Failed to process order 118200
 ---> System.Net.Sockets.SocketException (111): Connection refused
   at System.Net.Sockets.Socket.DoConnect(EndPoint endPointSnapshot, SocketAddress socketAddress)
   at Contoso.Checkout.Payments.PaymentClient.SendAsync(HttpRequestMessage r) in /src/Payments/PaymentClient.cs:line 88
"""
PHP = """\
PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/shop/db.php:12
Stack trace:
#0 /var/www/shop/db.php(12): PDO->__construct('mysql')
#1 {main}"""
RUST = """\
thread 'worker' panicked at src/ingest/queue.rs:81:14:
called `Result::unwrap()` on an `Err` value: Os { code: 28, message: "No space left on device" }"""


@pytest.mark.parametrize(
    ("trace", "exception", "message", "frame"),
    [
        (PYTHON, "psycopg.OperationalError", "connection to server", "connect (/srv/billing/app/db.py:10)"),
        (
            JAVA,
            "java.sql.SQLTransientConnectionException",
            "Connection is not available",
            "com.acme.orders.db.Repository.load (Repository.java:22)",
        ),
        (
            GO,
            None,
            "invalid memory address",
            "github.com/acme/ledger/internal/store.(*Store).Balance (/build/internal/store/store.go:57)",
        ),
        (
            NODE,
            "TypeError",
            "Cannot read properties of undefined",
            "CartStore.load (/usr/src/app/src/cart/store.js:41:9)",
        ),
        (RUBY, "PG::ConnectionBad", "could not connect to server", "load_all (/app/app/models/invoice.rb:12)"),
        (
            DOTNET,
            "System.Net.Sockets.SocketException",
            "Connection refused",
            "Contoso.Checkout.Payments.PaymentClient.SendAsync (/src/Payments/PaymentClient.cs:88)",
        ),
        (PHP, "PDOException", "Connection refused", "PDO->__construct (/var/www/shop/db.php(12))"),
        (RUST, None, "No space left on device", "src/ingest/queue.rs:81:14"),
    ],
    ids=["python", "java", "go", "node", "ruby", "dotnet", "php", "rust"],
)
def test_a_trace_tells_its_cause_and_the_innermost_own_frame(
    trace: str, exception: str | None, message: str, frame: str
) -> None:
    understood = understand(trace)
    assert understood.form == "stacktrace"
    found = [part.value for part in understood.parts if part.kind == "exception"]
    assert found[:1] == ([exception] if exception else [])
    assert message in next(part.value for part in understood.parts if part.kind == "error")
    assert next(part.value for part in understood.parts if part.kind == "frame") == frame


@pytest.mark.parametrize(("trace", "service"), [(JAVA, "orders"), (GO, "ledger"), (DOTNET, "checkout")])
def test_an_own_package_names_the_service(trace: str, service: str) -> None:
    assert understand(trace).services == (service,)


def test_what_changes_from_one_trace_to_the_next_is_no_part_of_the_question() -> None:
    question = understand(PYTHON).question
    assert "10.2.3.4" not in question
    assert "881200" not in question


def test_what_an_error_is_called_by_people_is_asked_too() -> None:
    assert "disk full" in understand(RUST).question


def test_an_exception_in_a_sentence_is_told() -> None:
    understood = understand("the basket dies with java.lang.IllegalStateException: no such price list")
    assert understood.errors == ("java.lang.IllegalStateException", "no such price list")


def test_frames_of_libraries_alone_give_no_own_frame() -> None:
    understood = understand("java.io.IOException: broken pipe\n\tat java.base/sun.nio.ch.IOUtil.write(IOUtil.java:65)")
    assert understood.errors == ("java.io.IOException", "broken pipe")
    assert not [part for part in understood.parts if part.kind == "frame"]
