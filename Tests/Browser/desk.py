"""What a clerk does on the pages: find, fill in, send, read."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone

from playwright.sync_api import Locator, Page, expect

# Somebody of the demo, as a clerk types the name: the initials of its pinyin.
INITIALS = os.environ.get("CHARTER_DEMO_INITIALS", "xyz")
SHANGHAI = timezone(timedelta(hours=8))
WORDS = "主卫防水渗漏，楼下天花受潮，请今天回电。"


def fill_in(form: Locator) -> None:
    """Fills every required field that is still empty, whatever the charter's form asks for."""
    page = form.page
    for field in form.locator("textarea[required], input[required], select[required]").all():
        if not field.is_visible():
            continue
        kind = field.get_attribute("type") or field.evaluate("element => element.localName")
        if kind in {"radio", "checkbox"}:
            name = field.get_attribute("name")
            group = form.locator(f'input[name="{name}"]')
            if not group.evaluate_all("inputs => inputs.some(input => input.checked)"):
                group.first.check()
        elif kind == "select":
            if not field.input_value():
                field.select_option(field.locator("option:not([value=''])").first.get_attribute("value"))
        elif not field.input_value():
            field.fill(filling(page, kind))


def filling(page: Page, kind: str) -> str:
    stated = page.locator("body").get_attribute("data-now")
    now = datetime.fromisoformat(stated.replace("Z", "+00:00")) if stated else datetime.now(timezone.utc)
    local = now.astimezone(SHANGHAI)
    match kind:
        case "datetime-local":
            return local.strftime("%Y-%m-%dT%H:%M")
        case "date":
            return local.strftime("%Y-%m-%d")
        case "time":
            return local.strftime("%H:%M")
        case "number":
            return "1"
        case _:
            return WORDS


def send(form: Locator) -> None:
    form.locator(
        "button:is(.btn--do, .btn--stamp):not([name=find], [data-customer], [type=button]), input[type=submit]"
    ).last.click()


def complaint_form(page: Page) -> Locator:
    return page.locator("main form:has(input[name=customer_query])").last


def file_complaint(page: Page, *, scripts: bool = True) -> str:
    """Files a complaint of the customer found by initials; returns the address of the case."""
    page.goto("/cases/new/complaint")
    query = page.locator("input[name=customer_query]")
    if scripts:
        query.press_sequentially(INITIALS)
    else:
        query.fill(INITIALS)
        page.locator("button[name=find]").click()
    page.locator("#customer-results button[data-customer]").first.click()
    form = complaint_form(page)
    expect(form.locator("input[name=customer]").first).not_to_have_value("")
    fill_in(form)
    send(form)
    expect(page).to_have_url(re.compile(r"/cases/(?!new/)[^/]+$"))
    return page.url


def answer(page: Page, case: str) -> None:
    page.goto(case)
    page.locator("a[data-move=respond]").first.click()
    expect(page).to_have_url(re.compile(r"/moves/respond$"))
    form = page.locator("main form[method=post]").last
    fill_in(form)
    send(form)
    expect(page).to_have_url(re.compile(re.escape(case) + r"$"))


def duty_of(page: Page, clause: str) -> Locator:
    """The obligation under that clause, on the page of a case or in a list."""
    return page.locator("[data-obligation]").filter(has=page.locator(".clause", has_text=clause)).first


def adherence(page: Page, clause: str) -> float:
    """The share of duties met in time that the charter page shows for a clause, in per cent."""
    page.goto(f"/charter/clauses/{clause}")
    text = page.locator(f"#clause-{clause} .adherence").first.inner_text()
    found = re.search(r"(\d+(?:\.\d+)?)\s*%", text)
    assert found, f"{clause} shows no percentage: {text!r}"
    return float(found.group(1))


def advance_clock(page: Page, hours: int) -> None:
    page.goto("/demo/clock")
    page.locator("input[name=advance]").fill(str(hours))
    form = page.locator("form:has(input[name=advance])")
    with page.expect_navigation():
        form.locator(":is(button:not([type=button]), input[type=submit])").first.click()
