"""What a clerk does on the pages: find, fill in, send, read."""

from __future__ import annotations

import os
import random
import re
from datetime import datetime, timedelta, timezone

from playwright.sync_api import Locator, Page, expect

from conftest import PASSWORD

# Somebody of the demo, as a clerk types the name: the initials of its pinyin.
INITIALS = os.environ.get("CHARTER_DEMO_INITIALS", "xyz")
SHANGHAI = timezone(timedelta(hours=8))
# A complaint up to where its customer signs; the manager may make each of these moves.
TO_SIGNATURE = [
    "respond", "ask_handler", "judge_founded", "ask_for_time", "investigate", "propose", "choose", "inform_customer",
]
WORDS = "主卫防水渗漏，楼下天花受潮，请今天回电。"


def fill_in(form: Locator, values: dict[str, str] | None = None) -> None:
    """Enters these values, then fills every required field that is still empty, whatever the charter's form asks for."""
    page = form.page
    for name, value in (values or {}).items():
        enter(form, name, value)
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
            field.fill("1" if field.get_attribute("inputmode") in {"numeric", "decimal"} else filling(page, kind))


def enter(form: Locator, name: str, value: str) -> None:
    """Fills one field; of a list, picks what reads so or else what has it in it."""
    field = form.locator(f"[name='{name}']:not([type=hidden])")
    if field.evaluate("element => element.localName") != "select":
        return field.fill(value)
    options = {option.inner_text(): option.get_attribute("value") for option in field.locator("option").all()}
    found = options.get(value) or next((key for text, key in options.items() if value in text), None)
    assert found, f"{name} offers no {value!r}: {list(options)}"
    field.select_option(found)


def clock(page: Page) -> datetime:
    """What the page says the time is, which a demo may have moved."""
    stated = page.locator("body").get_attribute("data-now")
    now = datetime.fromisoformat(stated.replace("Z", "+00:00")) if stated else datetime.now(timezone.utc)
    return now.astimezone(SHANGHAI)


def filling(page: Page, kind: str) -> str:
    local = clock(page)
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


def file_case(page: Page, workflow: str, values: dict[str, str], *, customer: str | None = None) -> str:
    """Files a case of a workflow, of that customer where it has one; returns its address."""
    page.goto(f"/cases/new/{workflow}")
    form = page.locator("main form.single")
    if customer:
        form.locator("input[name=customer_query]").press_sequentially(customer)
        page.locator("#customer-results button[data-customer]", has_text=customer).first.click()
        expect(form.locator("input[name=customer]").first).not_to_have_value("")
    fill_in(form, values)
    send(form)
    expect(page).to_have_url(re.compile(r"/cases/(?!new/)[^/]+$"))
    return page.url


def move_form(page: Page, case: str, move: str, clause: str | None = None) -> Locator:
    """Opens a move that the case offers, under its clause; returns the form."""
    page.goto(case)
    line = page.locator(".moves li").filter(has=page.locator(f"a[data-move={move}]"))
    if clause:
        expect(line.locator(".clause")).to_have_text(clause)
    line.locator(f"a[data-move={move}]").click()
    expect(page).to_have_url(re.compile(rf"/moves/{move}$"))
    return page.locator("main form.single")


def make(
    page: Page, case: str, move: str, values: dict[str, str] | None = None, *, clause: str | None = None
) -> None:
    """Makes a move that the case offers, under its clause."""
    form = move_form(page, case, move, clause)
    fill_in(form, values)
    send(form)
    expect(page).to_have_url(case)


def answer(page: Page, case: str) -> None:
    make(page, case, "respond")


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


def invented() -> str:
    """A name that nobody on the server has yet."""
    return random.choice("禤逄亓郄訾仝佴") + "".join(random.sample("照澜砚舒漪铎菀榕霁岑湄笙峤筠蘅汀", 2))


def hire(admin: Page, post: str, unit: str) -> tuple[str, str]:
    """Takes on somebody who signs in with the demo's password; returns the name and the login."""
    name, login = invented(), f"{post.replace('_', '')}{random.randrange(10**8)}"
    admin.goto("/people/new")
    form = admin.locator("main form.form")
    for field, value in (("name", name), ("login", login), ("password", PASSWORD), ("unit", unit)):
        enter(form, field, value)
    form.locator("select[name=post]").select_option(post)
    form.locator("select[name=employment]").select_option("regular")
    send(form)
    expect(admin.locator("h1")).to_have_text(name)
    return name, login


def file_customer(page: Page, name: str, phone: str | None = None) -> None:
    page.goto("/customers/new")
    form = page.locator("main form.filing")
    fill_in(form, {"name": name, **({"people.0.phone": phone} if phone else {})})
    send(form)
    expect(page).to_have_url(re.compile(r"/customers/(?!new)[^/]+$"))
