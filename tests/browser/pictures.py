"""Takes the pictures in docs/pictures anew, from the pages as they are: python -m tests.browser.pictures"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.site import CONTENT, ROOT, Site
from tests.browser.visitor import Visitor, chromium, launch, settled

FOLDER = ROOT / "docs" / "pictures"
PICTURES = {
    "results": "/search?q=pool+exhausted",
    "postmortem": "/postmortems/cloudflare-2019-waf-regex",
    "runbook": "/runbooks/postgresql-connections-exhausted",
    "reading-list": "/reading-lists/first-week-on-call",
    "pattern": "/patterns/6snebuz2sy",
    "map": "/map",
}
LARGEST = 250_000


def main() -> None:
    executable = chromium()
    if not executable:
        raise SystemExit("There is no Chromium; install one, or name it: CHROMIUM=/path/to/chrome")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder), CONTENT)
        site.run("ingest")
        with site.serve():
            visitor = Visitor(launch(playwright, executable), site.address)
            for name, path in PICTURES.items():
                # The second time nothing is new to the site: a picture of it as it mostly is.
                visitor.open(path)
                page = visitor.open(path)
                settled(page)
                picture = page.screenshot(path=FOLDER / f"{name}.png")
                print(f"{name}.png: {len(picture) / 1000:.0f} KB" + (" TOO LARGE" if len(picture) > LARGEST else ""))


if __name__ == "__main__":
    main()
