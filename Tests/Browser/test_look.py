"""Every page at three widths, light and dark: it fits, and the accessibility checker finds nothing grave."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import screens
from desk import file_complaint

PAGES = {
    "workbench": "/", "new-complaint": "/cases/new/complaint", "charter": "/charter", "notices": "/notices",
}


def test_the_sign_in_page(url: str, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(base_url=url).new_page()
    page.goto("/sign-in")
    screens.shoot(page, "sign-in")


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_the_desk(name: str, sign_in: Callable[..., Page]) -> None:
    page = sign_in("shenzhi" if name in {"charter", "notices"} else "xutang")
    page.goto(PAGES[name])
    expect(page.locator("main")).to_be_visible()
    screens.shoot(page, name)


def test_the_page_of_a_case(sign_in: Callable[..., Page]) -> None:
    page = sign_in("xutang")
    file_complaint(page)
    expect(page.locator(".steps")).to_have_count(1)
    screens.shoot(page, "case")
    page.locator("a[data-move=respond]").first.click()
    screens.shoot(page, "respond")


def test_the_palette_and_the_list_of_keys(sign_in: Callable[..., Page]) -> None:
    page = sign_in("xutang")
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("D-105")
    expect(page.locator("#palette .palette__list").get_by_text("D-105").first).to_be_visible()
    screens.shoot(page, "palette")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    screens.shoot(page, "keys")


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_the_workbench_in_other_languages(language: str, sign_in: Callable[..., Page]) -> None:
    page = sign_in("xutang", locale={"zh-Hant": "zh-TW", "en": "en-GB"}[language])
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    screens.shoot(page, f"workbench-{language}")


def test_the_picture_of_the_readme(sign_in: Callable[..., Page]) -> None:
    """CHARTER_README_PICTURE=1 puts it into docs/; otherwise it only lies among the others."""
    page = sign_in("heyu")
    page.goto("/")
    row = page.locator("#list .row:has(.due--overdue)").last
    row.locator(".row__what").click()
    expect(page.locator(".pane .quote")).to_be_visible()
    screens.FOLDER.mkdir(parents=True, exist_ok=True)
    for theme, name in (("light", "screenshot.png"), ("dark", "screenshot-dark.png")):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.mouse.move(0, 0)
        page.screenshot(path=screens.FOLDER / name, animations="disabled")
        if os.environ.get("CHARTER_README_PICTURE"):
            shutil.copy(screens.FOLDER / name, Path(__file__).resolve().parents[2] / "docs" / name)
