from __future__ import annotations

import pytest

from app.lookup.understand import understand
from app.lookup.understood import Known

KNOWN = Known({"ordersbacklog": "OrdersBacklog", "watchdog": "Watchdog"}, {"orders": "orders", "pg": "postgresql"})


@pytest.mark.parametrize(
    "text",
    [
        ":fire: *[FIRING:2] OrdersBacklog* (eu shop warning)",
        "[FIRING:1] OrdersBacklog for shop",
        "CRIT OrdersBacklog eu: the queue is long. Ack 4",
        "Subject: [ALERT] [FIRING:1] OrdersBacklog (page)\n\nLabels\nalertname = OrdersBacklog\n",
        "**Firing**\nLabels:\n - alertname = OrdersBacklog\nAnnotations:\n - summary = long",
        "Alert: OrdersBacklog\nit is long",
        "labels: map[alertname:OrdersBacklog severity:page]",
        "🔴 OrdersBacklog | service=shop | above 1000",
        "OrdersBacklog: the queue is long",
        "[RESOLVED] OrdersBacklog - it is short again",
    ],
)
def test_an_alert_is_recognised_without_being_known(text: str) -> None:
    assert understand(text).alerts == ("OrdersBacklog",)


@pytest.mark.parametrize("text", ["TypeError: no such thing", "The iPhone app is slow", "ERROR: RESOLVED"])
def test_what_only_looks_like_an_alert_is_none(text: str) -> None:
    assert understand(text).alerts == ()


@pytest.mark.parametrize("text", ["is ordersbacklog bad?", "we got OrdersBacklog again"])
def test_a_known_alert_is_recognised_in_a_sentence(text: str) -> None:
    assert understand(text, KNOWN).alerts == ("OrdersBacklog",)


def test_a_name_that_is_also_a_word_is_meant_where_it_is_written_like_the_name() -> None:
    assert understand("the watchdog of this board", KNOWN).alerts == ()
    assert understand("Watchdog is silent", KNOWN).alerts == ("Watchdog",)


def test_a_known_service_is_recognised_by_its_alias() -> None:
    assert understand("pg at full load since noon", KNOWN).services == ("pg",)


def test_bullets_and_marked_names_are_labels_and_what_is_around_them_is_left_out() -> None:
    understood = understand(
        "AlertManager APP  2:47 AM\n"
        "[FIRING:1] OrdersBacklog for shop\n"
        "*Service:* `orders`\n"
        "  • namespace: shop\n"
        "  • severity: page\n"
        "*Summary:* The queue is long\n"
        "<https://kb.example.com/runbooks/orders|Runbook> | <https://g.example.com/d/1|Dashboard>\n"
    )
    assert understood.form == "slack"
    assert understood.services == ("orders",)
    assert understood.labels == {
        "alertname": "OrdersBacklog",
        "service": "orders",
        "namespace": "shop",
        "severity": "page",
    }
    assert ("runbook", "https://kb.example.com/runbooks/orders") in {
        (part.kind, part.value) for part in understood.parts
    }
    assert "APP" not in understood.question
    assert "Dashboard" not in understood.question


@pytest.mark.parametrize(
    "line",
    [
        "namespace=shop pod=web-1 container=app",
        'namespace="shop" pod="web-1" container="app"',
        "namespace=shop, pod=web-1, container=app",
        "namespace: shop pod: web-1 container: app",
        "Namespace: shop | Pod: web-1 | Container: app",
        "*Namespace:* `shop` *Pod:* `web-1` *Container:* `app`",
        "  • namespace: shop, pod: web-1, container: app",
        "  * namespace: shop, pod: web-1, container: app",
        'namespace: \'shop\'\npod: "web-1"\ncontainer="app"',
    ],
)
def test_labels_beside_one_another_on_a_line_are_taken_one_by_one(line: str) -> None:
    understood = understand(f"[FIRING:1] OrdersBacklog\n{line}\n")
    assert understood.labels == {"alertname": "OrdersBacklog", "namespace": "shop", "pod": "web-1", "container": "app"}


@pytest.mark.parametrize(
    "line", ["Description: the pod: web-1 is slow", "Host: we cannot reach it, and the pod: it is gone by now"]
)
def test_a_sentence_that_names_a_label_is_no_list_of_labels(line: str) -> None:
    assert understand(f"[FIRING:1] OrdersBacklog\n{line}\n").labels == {"alertname": "OrdersBacklog"}


def test_pagerduty_in_a_chat_names_the_service_behind_on() -> None:
    understood = understand("PagerDuty: #4821 TRIGGERED on *shop-api* — [critical] Answers are slow. Ack | Resolve")
    assert (understood.form, understood.services) == ("pagerduty", ("shop-api",))
    assert understood.question == "TRIGGERED on shop-api [critical] Answers are slow."


def test_one_workload_in_a_sentence_is_the_service_and_of_several_none() -> None:
    one = "Deployment shop/basket has not matched the expected number of replicas"
    assert understand(one).services == ("basket",)
    assert understand(one + "\nDeployment shop/search has not matched it either").services == ()


def test_a_text_is_resolved_where_it_says_so_and_nothing_fires() -> None:
    assert understand("[RESOLVED] OrdersBacklog - fine again").resolved
    assert not understand("[FIRING:1] OrdersBacklog, DiskFull was resolved").resolved


def test_a_sentence_is_asked_as_it_stands() -> None:
    understood = understand("anyone else seeing 503 from the load balancer since 06:05?")
    assert understood.form == "text"
    assert understood.question == "anyone else seeing 503 from the load balancer since"


def test_a_mail_in_html_entities_is_read_as_text() -> None:
    assert "a <b> c" in understand("the queue says &lt;unknown&gt; a &lt;b&gt; c").parts[0].value


def test_a_sentence_behind_alert_is_no_name() -> None:
    said = "*Alert:* PostgreSQL too many connections - `critical`\n*Description:* above 80 %"
    understood = understand(f"AlertManager APP  3:02 AM\n[FIRING:1] OrdersBacklog (critical)\n{said}")
    assert understood.alerts == ("OrdersBacklog",)
    assert "PostgreSQL too many connections - critical" in [part.value for part in understood.parts]
    assert understand("Alert: OrdersBacklog is firing").alerts == ("OrdersBacklog",)


def test_the_head_of_a_mail_but_for_its_subject_says_nothing() -> None:
    head = "From: a@example.org\nDate: Mon, 30 Nov 2026 03:00:12 +0000\nSubject: certificate of the shop expired\n"
    assert understand(f"{head}\nSee there.").question == "certificate of the shop expired See there."
