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

# Of each page: who looks at it, and where it is.
PAGES = {
    "workbench": ("xutang", "/"), "team": ("xutang", "/?view=team"), "done": ("xutang", "/?view=done"),
    "cases": ("xutang", "/cases"), "new-complaint": ("xutang", "/cases/new/complaint"),
    "customers": ("xutang", "/customers"), "customer-search": ("xutang", "/customers?q=z"),
    "new-customer": ("heyu", "/customers/new"), "notices": ("shenzhi", "/notices"), "charter": ("shenzhi", "/charter"),
    "clause": ("shenzhi", "/charter/clauses/D-105"), "adherence": ("shenzhi", "/charter/clauses/D-105/adherence"),
    "workflow": ("shenzhi", "/charter/workflows/complaint"), "people": ("admin", "/people"),
    "new-person": ("admin", "/people/new"), "new-unit": ("admin", "/people/units/new"),
    "post": ("admin", "/people/posts/specialist"), "tokens": ("admin", "/people/me/tokens"),
    "facts": ("heyu", "/facts/new"), "search": ("xutang", "/search?q=D-10"), "clock": ("admin", "/demo/clock"),
    "not-found": ("xutang", "/cases/01a1683b-b52d-7000-b4e0-82dc8ce4fcff"), "denied": ("xutang", "/people/new"),
}
# Those that are reached from a list: who, the list, and the link.
LINKED = {
    "customer": ("heyu", "/customers", "main a[href^='/customers/']:not([href='/customers/new'])"),
    "duty": ("xutang", "/", "#list .row__what"), "person": ("admin", "/people", "main a[href^='/people/0']"),
    "fact": ("heyu", "/facts/new", "main a[href^='/facts/new/']"),
}


def test_the_sign_in_page(url: str, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(base_url=url).new_page()
    page.goto("/sign-in")
    screens.shoot(page, "sign-in")


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_the_desk(name: str, sign_in: Callable[..., Page]) -> None:
    login, path = PAGES[name]
    page = sign_in(login)
    page.goto(path)
    expect(page.locator("main")).to_be_visible()
    screens.shoot(page, name)


@pytest.mark.parametrize("name", LINKED)
def test_the_pages_that_a_list_leads_to(name: str, sign_in: Callable[..., Page]) -> None:
    login, path, link = LINKED[name]
    page = sign_in(login)
    page.goto(path)
    page.goto(page.locator(link).first.get_attribute("href") or "")
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
