"""The first run: a program on an empty folder, a one-time code, a company, its administrator and its charter."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

import screens


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server on an empty folder: its address and the code that it printed."""
    program = os.environ.get("CHARTER_PROGRAM")
    if not program:
        pytest.fail("CHARTER_PROGRAM is not set; bin/test sets it to the program that it built")
    port = os.environ.get("CHARTER_SECOND_PORT", "18999")
    log = tmp_path / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [program, "serve", "--data", str(tmp_path / "data"), "--port", port], stdout=out, stderr=out,
            # The words that are waited for below are the English ones.
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
    try:
        # The code is printed before the first request can be answered.
        deadline = time.monotonic() + 30
        while not (found := re.search(r"code (\d{6})", log.read_text())):
            assert server.poll() is None and time.monotonic() < deadline, log.read_text()
        # And then it listens, unless it could not: its own words say more than a browser's.
        while "Charter answers on" not in log.read_text():
            assert server.poll() is None and time.monotonic() < deadline, log.read_text()
        yield f"http://127.0.0.1:{port}", found[1]
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_an_empty_folder_becomes_a_company(
    empty: tuple[str, str], open_context: Callable[..., BrowserContext]
) -> None:
    url, code = empty
    page = open_context(base_url=url).new_page()
    page.goto("/customers")
    expect(page).to_have_url(f"{url}/set-up")
    screens.shoot(page, "first-run")
    page.fill("#company", "青岛听澜咖啡有限公司")
    page.locator("label[for=charter-airport]").click()
    page.fill("#name", "柳望舒")
    page.fill("#login", "liuwangshu")
    page.fill("#password", "eine lange Losung 7")
    page.fill("#again", "eine lange Losung 7")
    page.fill("#code", "000000" if code != "000000" else "111111")
    page.locator("form .btn--do").click()
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#company")).to_have_value("青岛听澜咖啡有限公司")
    page.fill("#code", code)
    page.fill("#password", "eine lange Losung 7")
    page.fill("#again", "eine lange Losung 7")
    page.locator("form .btn--do").click()
    expect(page.locator(".rail__brand")).to_contain_text("青岛听澜咖啡有限公司")
    page.goto("/charter")
    expect(page.locator("main")).to_contain_text("A-")
    # The door is shut behind the first who came through it.
    page.goto("/set-up")
    expect(page.locator("#code")).to_have_count(0)
