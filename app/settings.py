"""Every setting in one typed table. A bad value stops the start and names its variable."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from app.errors import Invalid

LEVELS = ("debug", "info", "warning", "error")
AUDIENCE = re.compile(r"public|organisation|team:[a-z0-9][a-z0-9-]*")


class Setting(NamedTuple):
    """One row of the table: how the text of a variable becomes a value, and what it is for."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise ValueError(f"a whole number from 1 to {most}")
        return int(text)

    return read


def _path(text: str) -> Path:
    # Not Path.absolute: `content/..` has to have a name.
    return Path(os.path.abspath(text))


def _level(text: str) -> str:
    if text.casefold() not in LEVELS:
        raise ValueError(f"one of {', '.join(LEVELS)}")
    return text.casefold()


def _audience(text: str) -> str:
    if not AUDIENCE.fullmatch(text):
        raise ValueError("public, organisation or team:<name>")
    return text


def _switch(text: str) -> bool:
    if text.casefold() not in ("on", "off"):
        raise ValueError("on or off")
    return text.casefold() == "on"


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(_path(part) for part in text.split(os.pathsep) if part)
    names = [folder.name for folder in folders]
    if len(set(names)) != len(names):
        raise ValueError(f"folders with different names (these are {', '.join(names)})")
    return folders


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(host.strip().lower() for host in text.split(",") if host.strip())


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError("an address such as https://hindsight.example.org")
    return text.rstrip("/")


TABLE = (
    Setting("HINDSIGHT_DATA", _path, "var", "Folder for all that is written: database, attachments."),
    Setting(
        "HINDSIGHT_INDEX",
        lambda text: _path(text) if text else None,
        "",
        "Folder of the index; unset: $HINDSIGHT_DATA/index where that is set, else ./index.",
    ),
    Setting(
        "HINDSIGHT_MEANING",
        lambda text: _path(text) if text else None,
        "",
        "Folder of a sentence model in ONNX, which knows better what texts mean; unset: the vectors that come along.",
    ),
    Setting("HINDSIGHT_CONTENT", _folders, "content", "Content folders, separated as in PATH, with different names."),
    Setting("HINDSIGHT_DATABASE", str, "", "SQLAlchemy address of the database; unset: SQLite under HINDSIGHT_DATA."),
    Setting("HINDSIGHT_DEFAULT_AUDIENCE", _audience, "organisation", "Audience of a document that states none."),
    Setting("HINDSIGHT_HOST", str, "127.0.0.1", "Address to listen on."),
    Setting("HINDSIGHT_PORT", _number(65535), "8000", "Port to listen on."),
    Setting("HINDSIGHT_BASE_URL", _url, "", "Address under which people reach the site; unset: http://HOST:PORT."),
    Setting(
        "HINDSIGHT_ALLOWED_HOSTS",
        _hosts,
        "",
        "Host names that requests may carry, separated by commas; unset: the base address's and loopback.",
    ),
    Setting("HINDSIGHT_WEB_WORKERS", _number(64), "2", "Web processes of `hindsight serve`."),
    Setting("HINDSIGHT_WEB_THREADS", _number(256), "8", "Threads of each web process."),
    Setting("HINDSIGHT_SESSION_IDLE_HOURS", _number(8760), "12", "Hours without a request after which a session ends."),
    Setting("HINDSIGHT_SESSION_DAYS", _number(365), "7", "Days after which a session ends in any case."),
    Setting("HINDSIGHT_COUNT_QUERIES", _switch, "on", "Count what is searched for, without who: on or off."),
    Setting("HINDSIGHT_LOG_LEVEL", _level, "info", f"Least severe message that is logged: {', '.join(LEVELS)}."),
)


@dataclass(frozen=True)
class Settings:
    """The values in force. Paths are absolute; durations are in the unit that the name states."""

    data: Path
    index: Path
    meaning: Path | None
    content: tuple[Path, ...]
    database: str
    default_audience: str
    host: str
    port: int
    base_url: str
    allowed_hosts: tuple[str, ...]
    web_workers: int
    web_threads: int
    session_idle_hours: int
    session_days: int
    count_queries: bool
    log_level: str


def load(environment: Mapping[str, str] | None = None, **changes: Any) -> Settings:
    """Settings from the environment, with `changes` on top. Raises Invalid that names the variable with a bad value."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in TABLE:
        text = environment.get(setting.name, "") or setting.default
        try:
            values[setting.name.removeprefix("HINDSIGHT_").lower()] = setting.read(text)
        except ValueError as error:
            raise Invalid(f"{setting.name}={text!r} cannot be used: it must be {error}. {setting.help}") from error
    values.update(changes)
    if values["index"] is None:
        own = environment.get("HINDSIGHT_DATA") or "data" in changes
        values["index"] = values["data"] / "index" if own else Path("index").absolute()
    values["database"] = values["database"] or f"sqlite:///{values['data'] / 'hindsight.db'}"
    host = f"[{values['host']}]" if ":" in values["host"] else values["host"]
    values["base_url"] = values["base_url"] or f"http://{host}:{values['port']}"
    return Settings(**{field.name: values[field.name] for field in fields(Settings)})
