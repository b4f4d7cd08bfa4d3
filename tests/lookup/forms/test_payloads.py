from __future__ import annotations

import json
from typing import Any

import pytest

from app.lookup.understand import understand

ALARM = {
    "AlarmName": "orders-queue-backlog",
    "AlarmDescription": "Messages wait too long in the orders queue",
    "AWSAccountId": "123456789012",
    "NewStateValue": "ALARM",
    "OldStateValue": "OK",
    "NewStateReason": "Threshold Crossed: 1 datapoint [5231.0 (02/03/26 09:05:00)] was greater than the threshold.",
    "Trigger": {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Namespace": "AWS/SQS",
        "Dimensions": [{"name": "QueueName", "value": "orders-in"}],
    },
}
EVENT = {
    "detail-type": "CloudWatch Alarm State Change",
    "detail": {
        "alarmName": "orders-queue-backlog",
        "state": {"value": "ALARM", "reason": "Threshold Crossed"},
        "configuration": {
            "description": "Messages wait too long in the orders queue",
            "metrics": [
                {
                    "metricStat": {
                        "metric": {
                            "namespace": "AWS/SQS",
                            "name": "ApproximateAgeOfOldestMessage",
                            "dimensions": {"QueueName": "orders-in"},
                        }
                    }
                }
            ],
        },
    },
}


@pytest.mark.parametrize(
    "payload",
    [
        ALARM,
        {"Type": "Notification", "TopicArn": "arn:aws:sns:eu:1:t", "Subject": "ALARM", "Message": json.dumps(ALARM)},
        {"Records": [{"Sns": {"TopicArn": "arn:aws:sns:eu:1:t", "Message": json.dumps(ALARM)}}]},
        EVENT,
    ],
)
def test_a_cloudwatch_alarm_is_the_same_in_each_of_its_envelopes(payload: dict[str, Any]) -> None:
    understood = understand(json.dumps(payload))
    assert understood.form == "cloudwatch"
    assert understood.alerts == ("orders-queue-backlog",)
    assert understood.services == ("orders-in",)
    assert understood.labels["QueueName"] == "orders-in"
    assert "ApproximateAgeOfOldestMessage" in understood.question
    assert "wait too long" in understood.question
    assert not understood.resolved


def test_a_cloudwatch_alarm_that_is_ok_again_is_resolved() -> None:
    assert understand(json.dumps({**ALARM, "NewStateValue": "OK"})).resolved


@pytest.mark.parametrize(
    "payload",
    [
        {
            "event": {
                "event_type": "incident.triggered",
                "data": {
                    "id": "P",
                    "status": "triggered",
                    "title": "[FIRING:1] BasketSlow (eu)",
                    "service": {"summary": "basket"},
                },
            }
        },
        {
            "messages": [
                {
                    "event": "incident.trigger",
                    "incident": {"title": "[FIRING:1] BasketSlow", "service": {"name": "basket"}},
                }
            ]
        },
        {"incident": {"incident_number": 7, "title": "[FIRING:2] BasketSlow", "service": {"summary": "basket"}}},
        {
            "routing_key": "0123456789abcdef0123456789abcdef",
            "event_action": "trigger",
            "payload": {
                "summary": "the basket is slow",
                "source": "n1.example.com",
                "severity": "critical",
                "component": "basket",
                "custom_details": {"firing": "Labels:\n - alertname = BasketSlow\n - namespace = shop\nAnnotations:\n"},
            },
        },
    ],
)
def test_pagerduty_names_alert_and_service_in_each_of_its_forms(payload: dict[str, Any]) -> None:
    understood = understand(json.dumps(payload))
    assert understood.form == "pagerduty"
    assert understood.alerts == ("BasketSlow",)
    assert understood.services[0] == "basket"


def test_a_resolve_event_of_pagerduty_is_resolved() -> None:
    assert understand(json.dumps({"event_action": "resolve", "routing_key": "r", "payload": {"summary": "x"}})).resolved


def test_opsgenie_tells_by_message_tags_and_details() -> None:
    understood = understand(
        json.dumps(
            {
                "action": "Create",
                "integrationName": "hook",
                "alert": {
                    "alertId": "a1",
                    "message": "BasketSlow for eu",
                    "description": "Answers take 4.2s",
                    "tags": ["service:basket", "page"],
                    "details": {"namespace": "shop"},
                },
            }
        )
    )
    assert (understood.form, understood.alerts, understood.services) == ("opsgenie", ("BasketSlow",), ("basket",))
    assert understood.labels["namespace"] == "shop"
    assert "Answers take" in understood.question


def test_a_closed_opsgenie_alert_is_resolved() -> None:
    assert understand(json.dumps({"action": "Close", "alert": {"alertId": "a", "message": "x y"}})).resolved


def test_grafanas_older_webhook_names_its_rule() -> None:
    understood = understand(
        json.dumps(
            {
                "ruleName": "BasketSlow",
                "state": "alerting",
                "message": "p95 is above the limit",
                "evalMatches": [{"value": 4, "metric": "p95", "tags": {"service": "basket"}}],
            }
        )
    )
    assert (understood.form, understood.alerts, understood.services) == ("grafana", ("BasketSlow",), ("basket",))


@pytest.mark.parametrize(
    "payload",
    [
        {"title": "Error rate is high", "tags": "service:basket,env:prod", "alert_type": "error"},
        {"attachments": [{"title": "Error rate is high", "fields": [{"title": "Service", "value": "basket"}]}]},
        {"incident": {"summary": "Error rate is high", "resource": {"labels": {"service_name": "basket"}}}},
    ],
)
def test_of_other_json_the_usual_names_are_read(payload: dict[str, Any]) -> None:
    understood = understand(json.dumps(payload))
    assert understood.services == ("basket",)
    assert "Error rate is high" in understood.question
