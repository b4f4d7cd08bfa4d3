"""The forms that a paste may have. A new one is a module with `read(paste, reading)` and a line here.

A form fills the reading and names it where the paste has that form, and else leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from app.lookup.forms import (
    alertmanager,
    broken,
    cloudwatch,
    grafana,
    kubectl,
    log,
    manifest,
    message,
    opsgenie,
    pagerduty,
    payload,
    rules,
    series,
    shell,
    sql,
    stacktrace,
    systemd,
)
from app.lookup.forms.reading import Paste, Reading

Form = Callable[[Paste, Reading], None]

# Of JSON the first that knows it reads it.
PAYLOADS: tuple[Form, ...] = (
    alertmanager.read,
    cloudwatch.read,
    pagerduty.read,
    opsgenie.read,
    grafana.read,
    rules.read,
    manifest.read,
)
ANY_PAYLOAD: Form = payload.read
# Of text the first group that reads something telling; within a group all: a log may hold a stack trace.
TEXTS: tuple[tuple[Form, ...], ...] = (
    (broken.read,),
    (rules.read,),
    (manifest.read,),
    (series.read,),
    (kubectl.read,),
    (sql.read,),
    (systemd.read,),
    (stacktrace.read, log.read),
    (shell.read,),
)
# Last, whatever was read before: names and labels may stand in every text.
ANY_TEXT: Form = message.read
