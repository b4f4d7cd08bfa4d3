"""A page is pasted, answered on one screen, and corrected by taking away what was misunderstood."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import OVERFLOW, SMALL, violations
from tests.browser.visitor import DESKTOP, PHONE, Visitor, clipboard, settled

ALERT = "KubePodCrashLooping"
LABELS = {"alertname": ALERT, "namespace": "shop", "pod": "checkout-7c9d8f6b5-x2x9q", "service": "postgres"}
PAGE = json.dumps({"version": "4", "alerts": [{"status": "firing", "labels": LABELS, "annotations": {}}]}, indent=2)
FILLED = "kubectl -n shop get pod checkout-7c9d8f6b5-x2x9q"


def paste(page: Page, text: str) -> None:
    page.locator("#pasted").fill(text)
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name="Do this")).to_be_visible()


def test_a_pasted_alert_is_answered_with_a_filled_command_to_copy(visitor: Visitor) -> None:
    page = visitor.open("/lookup", phone=True, permissions=["clipboard-read", "clipboard-write"])
    paste(page, PAGE)
    button = page.get_by_role("button", name="Copy command").first
    expect(button).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Who")).to_be_in_viewport()
    button.click()
    expect(page.locator("#say")).to_have_text("Command copied.")
    assert clipboard(page).startswith(FILLED)
    assert page.url.endswith("/lookup")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_misunderstood_is_taken_away_by_one_click(visitor: Visitor, scripts: bool) -> None:
    page = visitor.open("/lookup", java_script_enabled=scripts)
    paste(page, PAGE)
    why = page.get_by_text(f"same alert {ALERT}")
    expect(why).to_be_visible()
    page.get_by_role("button", name=f"Take away alert {ALERT}").click()
    expect(why).to_have_count(0)
    page.get_by_role("button", name=f"Put back alert {ALERT}").click()
    expect(why).to_be_visible()


def test_on_a_phone_all_that_was_understood_is_in_sight_once_it_is_asked_for(visitor: Visitor) -> None:
    page = visitor.open("/lookup", phone=True)
    paste(page, PAGE.replace('"postgres"', '"postgres", "cluster": "eu-1", "region": "north", "severity": "critical"'))
    page.locator(".more-chips summary").click()
    for chip in page.locator("button.chip").all():
        expect(chip).to_be_in_viewport(ratio=1)


def test_it_works_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/lookup")
    expect(page.locator("#pasted")).to_be_focused()
    page.keyboard.insert_text(PAGE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Do this")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".answer [data-item]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/**")


@pytest.mark.parametrize("text", ["", PAGE, "FATAL: nothing like it\n" * 30 + "password=hunter2hunter2"])
def test_no_answer_has_a_barrier(visitor: Visitor, text: str) -> None:
    page = visitor.open("/lookup", phone=True)
    if text:
        paste(page, text)
    for size, target in ((PHONE, 44), (DESKTOP, 24)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            settled(page)
            assert violations(page) == []
        assert page.evaluate(SMALL, target) == []
        assert page.evaluate(OVERFLOW) <= 0


def test_a_link_in_an_annotation_brings_its_labels(visitor: Visitor) -> None:
    page = visitor.open(f"/alerts/{ALERT.lower()}?namespace=shop&pod=checkout-7c9d8f6b5-x2x9q", phone=True)
    assert page.url.endswith(f"/alerts/{ALERT}?namespace=shop&pod=checkout-7c9d8f6b5-x2x9q")
    expect(page.locator(".answer code").first).to_contain_text(FILLED)
    assert violations(page) == []


def test_an_unknown_alert_leads_to_the_nearest(visitor: Visitor) -> None:
    page = visitor.open("/alerts/KubePodCrashLoop?namespace=shop")
    page.get_by_role("link", name=ALERT, exact=True).click()
    page.wait_for_url(f"**/alerts/{ALERT}?namespace=shop")
