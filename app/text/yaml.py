"""YAML read with suspicion: every scalar is text, every key has its line, and what can blow up or hide is refused.

Refused: aliases and merge keys (a few lines grow without bound), duplicate keys (the last would win silently), deep
nesting, large texts. `no`, `12:30:45` and `010` stay what was written; whoever wants a date or a number converts the
text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from app.errors import Invalid

SETTINGS_BYTES = 64 * 1024
DATA_BYTES = 5 * 1024 * 1024
DEEPEST = 20

Path = tuple[str | int, ...]


class Unreadable(Invalid):
    """`line` is where, from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Loaded:
    """`data` is dicts, lists, texts and None. `line(*path)` is where the value at that path stands, from 1."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(text: str, limit: int = SETTINGS_BYTES, first_line: int = 1) -> Loaded:
    """Raises Unreadable and nothing else for what cannot be used. `first_line`: where the text begins in its file."""
    if len(text.encode(errors="replace")) > limit:
        raise Unreadable(f"is larger than {limit // 1024} KB", first_line)
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    try:
        _refuse_aliases(text, loader, first_line)
        root = yaml.compose(text, Loader=loader)
        loaded = Loaded(lines={(): first_line})
        loaded.data = _value(root, (), loaded.lines, first_line) if root is not None else None
        return loaded
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise Unreadable(f"is no valid YAML: {error.problem or error.context}", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"is no valid YAML: {str(error).splitlines()[0][:200]}", first_line) from error


def _refuse_aliases(text: str, loader: Any, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("uses an anchor or alias (& or *); write the value out", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(f"is nested more than {DEEPEST} deep", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], first_line: int) -> Any:
    line = first_line + node.start_mark.line
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        empty = node.value in ("", "~", "null") and not node.style
        return None if empty else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*path, index), lines, first_line) for index, each in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key_line = first_line + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise Unreadable("has a key that is not a text", key_line)
        key = str(key_node.value)
        if key == "<<":
            raise Unreadable("uses a merge key (<<); write the values out", key_line)
        if key in found:
            raise Unreadable(f"has the key {key!r} twice", key_line)
        lines[(*path, key)] = key_line
        found[key] = _value(value_node, (*path, key), lines, first_line)
    return found
