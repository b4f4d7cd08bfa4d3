"""Prometheus rules as YAML: a file with groups, a PrometheusRule, a list, or one rule cut out of it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from app.errors import Invalid
from app.lookup.forms.alertmanager import read_annotations
from app.lookup.forms.names import read_labels
from app.lookup.forms.reading import Paste, Reading, mapping, objects, text_of
from app.text import yaml

MOST_RULES = 12
_ALERT = re.compile(r"^\s{0,40}(?:-\s{1,8})?alert:\s{1,8}[\"']?(?P<name>[A-Za-z_][\w:.-]{1,99})", re.M)
_TOLD = re.compile(
    r"^\s{0,40}(?P<name>summary|description|message|runbook_url|expr):\s{1,8}(?P<value>\S.{0,600})$", re.M
)
# A metric in an expression: what the rule watches.
_METRIC = re.compile(r"\b[a-z][a-z0-9]*(?:[_:][a-z0-9]+){1,12}\b(?=\s*[{\[()<>=!]|\s*$)", re.M)


def read(paste: Paste, reading: Reading) -> None:
    if not _ALERT.search(paste.text):
        return
    rules = _rules(paste)
    for rule in rules:
        reading.add("alert", text_of(rule, "alert"), "rule")
        read_labels(reading, mapping(rule, "labels"))
        read_annotations(reading, mapping(rule, "annotations"))
        for metric in _METRIC.findall(text_of(rule, "expr"))[:4]:
            reading.add("status", metric, "expression of the rule")
    if not rules:
        # No YAML, since templates stand in it unquoted or its beginning is missing; its lines can still be read.
        for found in _ALERT.finditer(paste.text):
            reading.add("alert", found["name"], "rule")
        annotations = {
            found["name"]: found["value"].strip("\"' ") for found in reversed(list(_TOLD.finditer(paste.text)))
        }
        read_annotations(reading, annotations)
    reading.form = "prometheus-rule"


def _rules(paste: Paste) -> list[Mapping[str, Any]]:
    data = paste.data
    if data is None:
        try:
            data = yaml.load(textwrap.dedent(paste.text)).data
        except Invalid:
            return []
    rules = objects(data)
    for group in objects(mapping(data, "spec").get("groups") or mapping(data).get("groups")):
        rules += objects(group.get("rules"))
    rules += objects(mapping(data).get("rules")) or ([data] if isinstance(data, Mapping) else [])
    return [rule for rule in rules if text_of(rule, "alert")][:MOST_RULES]
