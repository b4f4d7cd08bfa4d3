"""Stylesheet and scripts: kept for ever under an address that changes with them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from app.http.assets import FOLDER
from tests.web.published import Published

FILES = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_for_ever_under_its_version(published: Published, name: str) -> None:
    version = published.app.config["ASSETS_VERSION"]
    response = published.client().get(f"/static/{version}/{name}", buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.data == (FOLDER / name).read_bytes()


def test_a_file_under_another_version_is_kept_for_a_minute(published: Published) -> None:
    # During an upgrade a page of the old release may ask a process of the new one.
    response = published.client().get("/static/000000000000/hindsight.css", buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_a_file_that_is_not_there_is_not_kept(published: Published) -> None:
    version = published.app.config["ASSETS_VERSION"]
    response = published.client().get(f"/static/{version}/gone.css")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "name", ["../settings.py", "..%2Fsettings.py", "%2e%2e/settings.py", "js/..%2f..%2fsettings.py", "%2Fetc%2Fpasswd"]
)
def test_nothing_outside_the_folder_is_served(published: Published, name: str) -> None:
    response = published.client().get(f"/static/x/{name}", buffered=True, follow_redirects=True)
    assert response.status_code == 404


def test_the_version_changes_with_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.http import assets

    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    (tmp_path / "a.css").write_text("a")
    seen = {assets.version()}
    (tmp_path / "a.css").write_text("b")
    seen.add(assets.version())
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    seen.add(assets.version())
    assert len(seen) == 3


def test_scripts_and_styles_load_nothing_from_elsewhere() -> None:
    for name in FILES:
        text = (FOLDER / name).read_text()
        found = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+|@import|@font-face|url\(", text)) - {"http://www.w3.org"}
        assert not found, name


def test_the_stylesheet_is_a_small_part_of_what_a_page_may_weigh() -> None:
    assert len(gzip.compress((FOLDER / "hindsight.css").read_bytes())) < 20_000
