"""How moments, days and durations are written on pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask
from markupsafe import Markup

NOT_STATED = Markup('<span class="missing">not stated</span>')


def moment(value: datetime | None, precision: str | None = "minute") -> Markup:
    """`2026-11-24 03:12 UTC`, or the day alone where no more is known; a script adds the reader's own time."""
    if value is None:
        return NOT_STATED
    value = value.astimezone(UTC)
    if precision == "day":
        return day(value.date())
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m-%dT%H:%M:%SZ}", f"{value:%Y-%m-%d %H:%M} UTC")


def day(value: date | None) -> Markup:
    if value is None:
        return NOT_STATED
    return Markup('<time datetime="{0}">{0}</time>').format(f"{value:%Y-%m-%d}")


def duration(seconds: float | None) -> Markup | str:
    return NOT_STATED if seconds is None else length(seconds)


def length(seconds: float) -> str:
    """`1 h 47 min`; days from 48 hours on."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under 1 min"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} d {hours} h" if hours else f"{days} d"
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def ago(value: date, today: date | None = None) -> str:
    """`9 days ago`, coarser the longer it is."""
    days = ((today or datetime.now(UTC).date()) - value).days
    if days < 0:
        return f"in {-days} days" if days < -1 else "tomorrow"
    for size, name in ((365, "year"), (30, "month"), (1, "day")):
        count = days // size
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "today"


def install(app: Flask) -> None:
    for function in (moment, day, duration, ago):
        app.add_template_filter(function)
    app.jinja_env.globals["NOT_STATED"] = NOT_STATED
