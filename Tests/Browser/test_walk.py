"""One complaint from the telephone to the score, as four people see it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

import screens
from desk import adherence, advance_clock, answer, complaint_form, duty_of, file_complaint, send

CLAUSE = "D-105"


def test_a_complaint_is_owed_answered_missed_and_escalated(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang")
    benches = {name: sign_in(login) for name, login in (("林晓棠", "linxiao"), ("许棠", "xutang"))}
    for bench in benches.values():
        bench.goto("/")
        expect(bench.locator("#list")).to_be_visible()
        bench.evaluate("() => { window.isTheSamePage = true }")
    manager = sign_in("shenzhi")

    # The duty goes to whoever has least to do; sooner or later that is the colleague.
    for _ in range(4):
        case = file_complaint(clerk)
        duty = duty_of(clerk, CLAUSE)
        expect(duty).to_be_visible()
        holder = duty.get_attribute("data-holder")
        number = duty.get_attribute("data-obligation")
        bench = benches[holder]
        row = bench.locator(f'#list article.row[data-obligation="{number}"]')
        expect(row).to_be_visible()
        if holder == "林晓棠":
            break
    assert holder == "林晓棠", "four complaints, and none was given to the colleague"

    # It came by itself, with its clause, its deadline and the time left.
    assert bench.evaluate("() => window.isTheSamePage") is True, "the colleague's page was loaded anew"
    expect(row.locator(".clause")).to_have_text(re.compile(CLAUSE))
    expect(row.locator("time[datetime]")).to_have_count(1)
    expect(row.locator(".due__left")).to_have_text(re.compile(r"2[34]|1\s*(天|d)"))

    # Answered in time: met on the case, gone from the list, counted on the charter's page.
    answer(clerk, case)
    expect(duty_of(clerk, CLAUSE).locator(".due--met")).to_be_visible()
    expect(bench.locator(f'#list article.row[data-obligation="{number}"]:not(.row--done)')).to_have_count(0)
    before = adherence(manager, CLAUSE)

    # A second one that nobody answers.
    missed = file_complaint(clerk)
    reference = re.search(r"[A-Z]{2,4}-\d{4}-\d+", clerk.locator("main").inner_text())
    assert reference, "the page of the case does not show its number"
    advance_clock(clerk, 25)

    clerk.goto(missed)
    expect(duty_of(clerk, CLAUSE).locator(".due--overdue")).to_be_visible()
    late = benches[duty_of(clerk, CLAUSE).get_attribute("data-holder")]
    late.goto("/")
    expect(late.locator("#list .row:has(.due--overdue)").filter(has_text=CLAUSE).first).to_be_visible()

    # It went up to the manager, and the figure fell.
    manager.goto("/notices")
    expect(manager.locator("main").get_by_text(reference.group(0)).first).to_be_visible()
    expect(manager.locator("main").get_by_text(CLAUSE).first).to_be_visible()
    after = adherence(manager, CLAUSE)
    assert after < before, f"{CLAUSE}: {before} % before the missed complaint, {after} % after it"

    # The page of the clause names the breach: two links in one cell, which a thumb must tell apart.
    manager.goto(f"/charter/clauses/{CLAUSE}/adherence")
    expect(manager.locator("table a", has_text=reference.group(0))).to_be_visible()
    screens.shoot(manager, "adherence-late")
    # How late it is stands at the end of the row: long words push it neither out of sight nor stand on end.
    for width in (1440, 1024):
        manager.set_viewport_size({"width": width, "height": 900})
        hidden = manager.locator(".scroll:has(table)").evaluate("box => box.scrollWidth - box.clientWidth")
        assert hidden <= 0, f"at {width} the table hides {hidden} pixels"
        words = manager.locator("tbody td:nth-child(2)").first.bounding_box()
        assert words and words["width"] > words["height"], f"at {width} the words stand on end: {words}"


def test_a_complaint_is_filed_and_answered_with_scripts_off(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang", java_script_enabled=False)
    case = file_complaint(clerk, scripts=False)
    expect(duty_of(clerk, CLAUSE)).to_be_visible()
    answer(clerk, case)
    expect(duty_of(clerk, CLAUSE).locator(".due--met")).to_be_visible()


def test_a_missing_field_is_named_beside_the_field(sign_in: Callable[..., Page]) -> None:
    clerk = sign_in("xutang", java_script_enabled=False)
    clerk.goto("/cases/new/complaint")
    form = complaint_form(clerk)
    # The browser's own check would stop it; the server's is the one that counts.
    form.evaluate("form => { form.noValidate = true }")
    send(form)
    expect(clerk.locator(".field__error").first).to_be_visible()
    expect(clerk.locator("[aria-invalid=true]").first).to_be_attached()


def test_a_wrong_password_says_so_and_signing_out_ends_the_session(
    url: str, sign_in: Callable[..., Page], open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(base_url=url).new_page()
    page.goto("/sign-in")
    page.locator("input[name=login]").fill("heyu")
    page.locator("input[name=password]").fill("not the password")
    page.locator("form:has(input[name=password]) :is(button:not([type=button]), input[type=submit])").click()
    expect(page.locator(".field__error, [role=alert]").first).to_be_visible()

    staff = sign_in("heyu")
    staff.goto("/")
    address = staff.url
    staff.locator("form[action='/sign-out']").first.evaluate("form => form.requestSubmit()")
    expect(staff).to_have_url(re.compile(r"/sign-in"))
    staff.goto(address)
    expect(staff).to_have_url(re.compile(r"/sign-in"))
