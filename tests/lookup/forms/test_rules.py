from __future__ import annotations

from app.lookup.understand import understand

RULE = """\
groups:
- name: shop
  rules:
  - alert: OrdersBacklog
    expr: sum(rabbitmq_queue_messages{queue="orders"}) > 1000
    for: 10m
    labels:
      severity: page
      service: orders
    annotations:
      summary: The orders queue holds {{ $value }} messages
      runbook_url: https://kb.example.com/orders
"""


def test_a_rule_file_gives_alert_service_metric_and_summary() -> None:
    understood = understand(RULE)
    assert understood.form == "prometheus-rule"
    assert understood.alerts == ("OrdersBacklog",)
    assert understood.services == ("orders",)
    assert "rabbitmq_queue_messages" in understood.question
    assert understood.question.endswith("The orders queue holds messages")


def test_a_rule_cut_out_of_its_file_is_read() -> None:
    assert understand(RULE[RULE.index("  - alert") :]).alerts == ("OrdersBacklog",)


def test_a_rule_that_is_no_yaml_is_read_line_by_line() -> None:
    understood = understand(
        "  - alert: OrdersBacklog\n    annotations:\n      summary: {{ $labels.queue }} is long: too long\n"
    )
    assert understood.alerts == ("OrdersBacklog",)
    assert "is long: too long" in understood.question


def test_series_name_their_alerts_and_the_workload() -> None:
    understood = understand(
        'ALERTS{alertname="BasketSlow", alertstate="firing", deployment="basket", namespace="shop"}  1\n'
        'ALERTS{alertname="DiskFull", alertstate="firing"}  1'
    )
    assert (understood.form, understood.alerts) == ("promql", ("BasketSlow", "DiskFull"))
    assert understood.services == ("basket",)


def test_a_series_that_is_no_alert_tells_its_metric() -> None:
    assert understand('kube_pod_status_ready{condition="false", app="basket"} 1').question.startswith(
        "kube_pod_status_ready"
    )
