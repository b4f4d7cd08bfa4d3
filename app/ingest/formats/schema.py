"""The JSON Schema of front matter, for editors that check and complete while a person writes."""

from __future__ import annotations

import json
from typing import Any

from app.ingest.formats import fields

_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$"
_LEVEL = {"type": "string", "minLength": 1, "examples": ["SEV1", "SEV2", "SEV3", "SEV4"]}
_TEXT = {"type": "string", "minLength": 1}

_TYPES: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
    "kind": {"enum": list(fields.KINDS)},
    "audience": {"type": "string", "pattern": "^(public|organisation|team:[a-z0-9][a-z0-9-]*)$"},
    "text": _TEXT,
    "severity": {
        "oneOf": [
            _LEVEL,
            {
                "type": "object",
                "properties": {"level": _LEVEL, "origin": {"enum": ["stated", "derived"]}},
                "required": ["level"],
                "additionalProperties": False,
            },
        ]
    },
    "moment": {"type": "string", "pattern": _MOMENT, "examples": ["2017-01-31T23:00:00Z", "2017-01-31"]},
    "day": {"type": "string", "pattern": _DAY},
    "address": {"type": "string", "format": "uri", "pattern": "^https?://"},
    "texts": {"type": "array", "items": _TEXT, "uniqueItems": True},
    "names": {"type": "array", "items": _TEXT, "uniqueItems": True},
    "causes": {
        "type": "array",
        "items": {
            "oneOf": [
                _TEXT,
                {
                    "type": "object",
                    "properties": {"cause": _TEXT, "evidence": _TEXT},
                    "required": ["cause"],
                    "additionalProperties": False,
                },
            ]
        },
    },
    "actions": {
        "type": "array",
        "items": {
            "oneOf": [
                _TEXT,
                {
                    "type": "object",
                    "properties": {
                        "id": _TEXT,
                        "title": _TEXT,
                        "kind": {"enum": list(fields.ACTION_KINDS)},
                        "owner": _TEXT,
                        "due": {"type": "string", "pattern": _DAY},
                        "status": {"enum": list(fields.STATUSES)},
                        "reason": _TEXT,
                        "tracker": _TEXT,
                    },
                    "required": ["title"],
                    "additionalProperties": False,
                },
            ]
        },
    },
}


def schema() -> dict[str, Any]:
    """The schema of what stands between the lines of dashes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a Hindsight document",
        "type": "object",
        "properties": {field.name: {"description": field.help, **_TYPES[field.type]} for field in fields.TABLE},
        "additionalProperties": False,
        "allOf": [_only(field) for field in fields.TABLE if field.kinds],
    }


def written() -> str:
    """As `docs/document.schema.json` holds it: `python -m app.ingest.formats.schema > docs/document.schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _only(field: fields.Field) -> dict[str, Any]:
    """A key that documents of other kinds do not have."""
    kinds = [kind for kind in fields.KINDS if kind not in field.kinds]
    other = {"properties": {"kind": {"enum": kinds}}, "required": ["kind"]}
    return {"if": other, "then": {"properties": {field.name: False}}}


if __name__ == "__main__":
    print(written(), end="")
