"""Files of a case: chosen and dropped with scripts, sent by a plain form without, and refused with the reason beside the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from desk import file_complaint

TEXT = {"name": "记录.txt", "mimeType": "text/plain", "buffer": "已致电客户。".encode()}
PAGE = {"name": "网页.txt", "mimeType": "text/plain", "buffer": b"<!doctype html><script>1</script>"}


def test_several_files_are_sent_one_after_the_other_and_the_refused_one_is_told(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang")
    file_complaint(clerk)
    field = clerk.locator("#files input[type=file]")
    field.set_input_files([TEXT, PAGE, {**TEXT, "name": "又一份.txt"}])
    expect(clerk.locator("#files [data-file]")).to_have_count(2)
    expect(clerk.locator("#files .drop__fault")).to_contain_text("网页.txt")
    # A live refresh puts the part in anew, and the reason still stands there.
    clerk.wait_for_timeout(1500)
    expect(clerk.locator("#files .drop__fault")).to_have_count(1)
    clerk.locator("#files input[type=file]").set_input_files(TEXT)
    expect(clerk.locator("#files [data-file]")).to_have_count(3)
    expect(clerk.locator("#files .drop__fault")).to_have_count(0)


def test_what_is_too_large_is_told_without_being_sent(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    clerk = sign_in("xutang")
    file_complaint(clerk)
    clerk.evaluate("document.querySelector('form[data-drop]').dataset.limit = '10'")
    asked: list[str] = []
    clerk.on("request", lambda request: asked.append(request.method))
    clerk.locator("#files input[type=file]").set_input_files(TEXT)
    expect(clerk.locator("#files .drop__fault")).to_contain_text("20 MB")
    assert "POST" not in asked


@pytest.mark.parametrize("file", [TEXT, PAGE], ids=["taken", "refused"])
def test_a_file_goes_in_with_scripts_off(sign_in: Callable[..., Page], file: dict) -> None:
    clerk = sign_in("xutang", java_script_enabled=False)
    file_complaint(clerk, scripts=False)
    clerk.locator("#files input[type=file]").set_input_files(file)
    clerk.locator("#files .drop button").click()
    if file is TEXT:
        expect(clerk.locator("#files [data-file]")).to_have_count(1)
    else:
        expect(clerk.locator("h1")).to_contain_text("网页")
