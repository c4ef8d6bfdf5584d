"""A real browser on a running server. CHARTER_URL says where it answers; bin/test starts one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

PASSWORD = os.environ.get("CHARTER_DEMO_PASSWORD", "charter-demo")
PATIENCE = 10_000  # milliseconds for one condition; nothing in these tests sleeps
PHONE, TABLET, DESK = (390, 844), (1024, 768), (1440, 900)

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def url() -> str:
    address = os.environ.get("CHARTER_URL", "").rstrip("/")
    if not address:
        pytest.fail("CHARTER_URL is not set; bin/test starts a server and sets it")
    return address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHARTER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.fail("no chromium; bin/setup test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Faults:
    """What the pages of a test complained of: script errors and whatever the content policy refused."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self.hear(page, message))

    def hear(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.found.append(f"{page.url}: {message.text}")


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts; at the end of the test no page of theirs may have complained."""
    contexts: list[BrowserContext] = []
    faults = Faults()

    def make(**options: object) -> BrowserContext:
        size = options.pop("size", DESK)
        settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.on("page", faults.watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults.found, "\n".join(faults.found)


@pytest.fixture
def sign_in(url: str, open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Signs one of the demo's people in, each in a browser of their own, and returns the page with their workbench."""

    def enter(login: str, **options: object) -> Page:
        page = open_context(base_url=url, **options).new_page()
        page.goto("/sign-in")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) :is(button:not([type=button]), input[type=submit])").click()
        expect(page).not_to_have_url(f"{url}/sign-in")
        return page

    return enter
