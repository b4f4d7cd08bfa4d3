"""Units as `systemctl status` shows them; the lines of their log are read with it."""

from __future__ import annotations

import re

from app.lookup.forms.log import read_messages
from app.lookup.forms.reading import Paste, Reading
from app.lookup.signature import signature

MOST_LINES = 1_000
_UNIT = re.compile(r"^[●×○*]?\s{0,2}(?P<name>[\w@.\\-]{1,120})\.(?:service|timer|mount|socket)\b(?:\s-\s.{1,200})?$")
_ACTIVE = re.compile(r"^\s{2,12}Active:\s(?P<state>\w{2,20})\b\s?(?P<why>.{0,200})$")
_FIELD = re.compile(r"^\s{2,12}[A-Z][\w ]{2,20}:\s")


def read(paste: Paste, reading: Reading) -> None:
    unit = ""
    said: list[tuple[int, str]] = []
    for number, line in enumerate(paste.lines[:MOST_LINES], 1):
        if found := _UNIT.match(line):
            unit = found["name"]
        elif (active := _ACTIVE.match(line)) and unit:
            reading.form = "systemd"
            reading.add("service", unit.partition("@")[0], f"unit, line {number}")
            if active["state"] != "active":
                reading.add("status", f"unit {active['state']} {signature(active['why'])}", f"line {number}")
        elif not _FIELD.match(line):
            said.append((number, line))
    if reading.form == "systemd":
        read_messages(reading, said)
