from __future__ import annotations

import json
from typing import Any

from app.lookup.understand import understand


def alert(
    name: str, status: str = "firing", annotations: dict[str, str] | None = None, **labels: str
) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": name, **labels},
        "annotations": annotations or {},
        "startsAt": "2026-03-02T09:10:11Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "0a1b2c3d4e5f6071",
    }


def webhook(*alerts: dict[str, Any], **more: Any) -> str:
    return json.dumps({"version": "4", "receiver": "night", "truncatedAlerts": 0, "alerts": list(alerts), **more})


def test_a_webhook_gives_name_service_labels_and_what_its_annotations_say() -> None:
    understood = understand(
        webhook(
            alert(
                "OrdersBacklog",
                annotations={"summary": "Orders pile up.", "runbook_url": "https://kb.example.com/orders"},
                service="orders",
                namespace="shop",
                instance="10.1.2.3:9100",
            )
        )
    )
    assert understood.form == "alertmanager"
    assert understood.alerts == ("OrdersBacklog",)
    assert understood.services == ("orders",)
    assert understood.labels == {
        "alertname": "OrdersBacklog",
        "service": "orders",
        "namespace": "shop",
        "instance": "10.1.2.3:9100",
    }
    kinds = {(part.kind, part.value): part.source for part in understood.parts}
    assert kinds["alert", "OrdersBacklog"] == "label alertname"
    assert kinds["summary", "Orders pile up."] == "annotation summary"
    assert kinds["runbook", "https://kb.example.com/orders"] == "annotation runbook_url"
    assert kinds["host", "10.1.2.3:9100"] == "label instance"
    assert understood.question == "OrdersBacklog Orders pile up."


def test_the_list_of_the_api_and_one_alert_alone_are_read_like_a_webhook() -> None:
    one = alert("QueueStuck", app="mailer")
    for text in (json.dumps([one]), json.dumps(one), json.dumps({"status": "success", "data": {"alerts": [one]}})):
        understood = understand(text)
        assert (understood.form, understood.alerts, understood.services) == (
            "alertmanager",
            ("QueueStuck",),
            ("mailer",),
        )


def test_firing_alerts_stand_before_resolved_ones() -> None:
    understood = understand(webhook(alert("DiskFull", "resolved"), alert("NodeGone")))
    assert understood.alerts == ("NodeGone", "DiskFull")
    assert not understood.resolved


def test_a_notification_in_which_nothing_fires_any_more_is_resolved() -> None:
    assert understand(webhook(alert("DiskFull", "resolved", node="n1"))).resolved


def test_labels_are_those_that_all_firing_alerts_share() -> None:
    understood = understand(
        webhook(alert("DiskFull", node="n1", cluster="eu"), alert("DiskFull", node="n2", cluster="eu"))
    )
    assert understood.labels == {"alertname": "DiskFull", "cluster": "eu"}


def test_alerts_that_share_nothing_fill_in_with_the_first_that_fires() -> None:
    understood = understand(webhook(alert("DiskFull", node="n1"), alert("NodeGone", node="n2")))
    assert understood.labels["node"] == "n1"


def test_common_labels_are_enough_where_the_alerts_were_cut_off() -> None:
    text = json.dumps(
        {"status": "firing", "truncatedAlerts": 9, "alerts": [], "commonLabels": {"alertname": "DiskFull"}}
    )
    assert understand(text).alerts == ("DiskFull",)


def test_who_measures_is_not_what_is_ill() -> None:
    understood = understand(
        webhook(alert("PodStuck", service="kube-state-metrics", pod="basket-6b7c9d8f5d-q4x2z", namespace="shop"))
    )
    assert understood.services == ("basket", "kube-state-metrics")


def test_a_workload_label_names_the_service_without_what_was_made_up() -> None:
    assert understand(webhook(alert("JobFailed", job_name="nightly-export-28391044"))).services == ("nightly-export",)


def test_grafana_is_told_from_alertmanager() -> None:
    text = webhook(alert("BasketSlow", service="basket"), orgId=1, title="[FIRING:1] BasketSlow", state="alerting")
    assert understand(text).form == "grafana"


def test_json_that_was_cut_off_still_tells_its_names() -> None:
    whole = webhook(alert("OrdersBacklog", annotations={"summary": "Orders pile up."}, service="orders"))
    understood = understand(whole[: whole.index("pile up") + 4])
    assert (understood.alerts, understood.services) == (("OrdersBacklog",), ("orders",))


def test_json_is_found_behind_a_line_that_introduces_it_and_within_a_fence() -> None:
    text = webhook(alert("OrdersBacklog", service="orders"))
    assert understand(f"this just came in\n```json\n{text}\n```\nany idea?").alerts == ("OrdersBacklog",)
