"""What the complaints of a period come to: figures, columns, clauses, and the way to single cases."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

import screens
from desk import file_complaint


def test_every_figure_of_the_statistics_opens_to_its_cases(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang")
    file_complaint(clerk)
    manager = sign_in("shenzhi")
    manager.goto("/cases")
    manager.get_by_role("link", name="统计").click()
    manager.get_by_label("流程").select_option(label="投诉")
    manager.get_by_label("从").fill("2026-01-01")
    manager.get_by_role("button", name="统计").click()
    expect(manager.locator("svg.columns .bar-ground").first).to_be_attached()
    screens.shoot(manager, "statistics")
    manager.get_by_text("看数字").click()
    table = manager.locator("section[aria-labelledby=columns-h] table")
    expect(table).to_be_visible()
    row = table.locator("tbody tr").filter(has_not=manager.locator("td:nth-child(2)", has_text=re.compile(r"^0$"))).last
    count = row.locator("td").first.inner_text()
    row.get_by_role("link").click()
    # The list opens with the same cases.
    expect(manager.locator("[aria-current=page] .n, .tabs [aria-current=page]").first).to_contain_text(count)
    manager.go_back()
    clause = manager.locator("section[aria-labelledby=keeping-h] a.clause").first
    key = clause.inner_text()
    clause.click()
    expect(manager).to_have_url(re.compile(rf"#clause-{key}$"))
