from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from app.errors import Invalid
from app.settings import TABLE, Setting, Settings, load

ROOT = Path(__file__).parent.parent


def row(setting: Setting) -> str:
    return f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else 'unset'} | {setting.help} |"


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme_as_the_table_has_it(setting: Setting) -> None:
    assert row(setting) in (ROOT / "README.md").read_text().splitlines()


def test_every_setting_has_its_field() -> None:
    names = [setting.name.removeprefix("HINDSIGHT_").lower() for setting in TABLE]
    assert names == [field.name for field in fields(Settings)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HINDSIGHT_PORT", "eighty"),
        ("HINDSIGHT_PORT", "0"),
        ("HINDSIGHT_PORT", "65536"),
        ("HINDSIGHT_PORT", "9" * 5000),
        ("HINDSIGHT_WEB_WORKERS", "-1"),
        ("HINDSIGHT_WEB_THREADS", "0"),
        ("HINDSIGHT_SESSION_DAYS", "1.5"),
        ("HINDSIGHT_COUNT_QUERIES", "maybe"),
        ("HINDSIGHT_LOG_LEVEL", "loud"),
        ("HINDSIGHT_BASE_URL", "hindsight.example.org"),
        ("HINDSIGHT_DEFAULT_AUDIENCE", "everybody"),
        ("HINDSIGHT_CONTENT", os.pathsep.join(["a/content", "b/content"])),
    ],
)
def test_a_bad_value_stops_the_start_and_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=f"{name}=.* cannot be used: it must be ") as raised:
        load({name: value})
    assert "invalid literal" not in str(raised.value)


def test_an_empty_value_is_the_default() -> None:
    assert load({"HINDSIGHT_PORT": ""}).port == 8000


def test_the_index_lies_beside_the_data_where_that_is_set_else_here() -> None:
    assert load({}).index == Path.cwd() / "index"
    assert load({"HINDSIGHT_DATA": "/srv/data"}).index == Path("/srv/data/index")
    assert load({"HINDSIGHT_DATA": "/srv/data", "HINDSIGHT_INDEX": "/srv/index"}).index == Path("/srv/index")


def test_all_paths_are_absolute_and_have_a_name() -> None:
    settings = load({"HINDSIGHT_DATA": "d", "HINDSIGHT_CONTENT": os.pathsep.join(["books/../content", "runbooks/"])})
    assert settings.data == Path.cwd() / "d"
    assert [folder.name for folder in settings.content] == ["content", "runbooks"]
    assert settings.database == f"sqlite:///{Path.cwd() / 'd' / 'hindsight.db'}"


def test_the_base_address_follows_host_and_port() -> None:
    assert load({"HINDSIGHT_PORT": "9000"}).base_url == "http://127.0.0.1:9000"
    assert load({"HINDSIGHT_HOST": "::1"}).base_url == "http://[::1]:8000"
    assert load({"HINDSIGHT_BASE_URL": "https://hindsight.example.org/"}).base_url == "https://hindsight.example.org"


def test_host_names_are_read_without_case_or_spaces() -> None:
    assert load({"HINDSIGHT_ALLOWED_HOSTS": " Hindsight.example.org, ,b.example.org"}).allowed_hosts == (
        "hindsight.example.org",
        "b.example.org",
    )
