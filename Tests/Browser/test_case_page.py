"""What the page of a case calls by name: its steps, its files, and who signed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from desk import TO_SIGNATURE, file_complaint, make

FILE = {"name": "门板照片说明.txt", "mimeType": "text/plain", "buffer": "吊柜门板两处掉漆。".encode()}


def test_each_step_is_named(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang")
    file_complaint(clerk)
    expect(clerk.locator(".steps [aria-current=step] .steps__name")).to_contain_text("已登记")


def test_each_file_is_named(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang")
    file_complaint(clerk)
    clerk.locator("#files input[type=file]").set_input_files(FILE)
    expect(clerk.locator("#files [data-file]")).to_have_count(1)
    expect(clerk.locator("#files [data-file]")).to_contain_text(FILE["name"])


def test_a_signature_is_awaited_and_then_named_D_310(sign_in: Callable[..., Page]) -> None:
    manager = sign_in("shenzhi")
    case = file_complaint(manager)
    for move in TO_SIGNATURE:
        make(manager, case, move)
    line = manager.locator(".signs .sign")
    expect(line).to_contain_text("待签")
    make(manager, case, "customer_signs", clause="D-310")
    expect(line.locator("svg.seal")).to_be_visible()
    expect(line.locator("span").first).to_contain_text("沈知远")
