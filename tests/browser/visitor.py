"""A visitor with a real browser, who notices all that must never happen on any page."""

from __future__ import annotations

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
# What the browser blocks, and how much a page moves by itself.
WATCH = """
window.moved = 0;
document.addEventListener("securitypolicyviolation", event =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def chromium() -> str | None:
    """The browser that CHROMIUM names, else the first on PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    return playwright.chromium.launch(executable_path=executable, args=FLAGS)


class Visitor:
    """`errors` gathers what no page may cause: an error in the console or a script, a broken policy, a dialog, and a
    request to another host.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.errors: list[str] = []

    def open(self, path: str, phone: bool = False, **options: Any) -> Page:
        """The page at `path` in a fresh browser profile."""
        size = PHONE if phone else DESKTOP
        options = {"viewport": size, "has_touch": phone, "base_url": self.address, **options}
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(path)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        # That a page itself answers 404 is told here too; that is no fault of the page.
        page = message.page
        of_page = page is not None and message.location["url"] == page.url
        if message.type == "error" and not (of_page and message.text.startswith("Failed to load resource")):
            self.errors.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.address + "/"):
            self.errors.append(f"request to {request.url}")


def settled(page: Page) -> None:
    """When all that the page brings has been drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
