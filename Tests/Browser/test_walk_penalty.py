"""A third negligence in a month: found, proposed, told, answered, decided, appealed, decided by somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from desk import clock, duty_of, file_case, fill_in, hire, make, move_form, send

SHOP = "历下店"


def test_a_third_negligence_of_a_month_is_heard_decided_and_decided_anew_on_appeal_D_283_D_286_D_287_D_309(
    sign_in: Callable[..., Page],
) -> None:
    admin, clerk, specialist, manager = (sign_in(login) for login in ("admin", "xutang", "heyu", "shenzhi"))
    name, login = hire(admin, "site_supervisor", SHOP)
    person = sign_in(login)

    # The first: a fine of 500, which the law does not let the month's pay bear without a reason.
    first = find(clerk, name)
    expect_rung(clerk, "D-284", "本月第1次，正式员工：罚款500.00元")
    form = move_form(specialist, first, "propose", "D-150")
    fill_in(form, {"proposer": "贺屿", "measure": "罚款", "fine": "500.00", "month_pay": "2600.00"})
    send(form)
    expect(form.locator("#e-reason")).to_be_visible()
    fill_in(form, {"reason": "本人书面同意分两月扣"})
    send(form)
    expect(specialist).to_have_url(first)
    finding = specialist.locator("section[aria-labelledby=finding-h]")
    # A fifth would be 520; the minimum wage of 2,540 leaves 60.
    expect(finding.locator("li", has_text="罚款500.00元")).to_contain_text("当月最多可扣60.00元")
    expect(finding.locator("li .late")).to_have_text("超过法定上限")
    expect(finding).to_contain_text("不超过当月工资的20%")
    expect(finding).to_contain_text("本人书面同意分两月扣")

    second = find(clerk, name)
    expect_rung(clerk, "D-285", "本月第2次，正式员工：扣发当月绩效工资")
    third = find(clerk, name)
    expect_rung(clerk, "D-286", "本月第3次，正式员工：辞退")
    assert len({first, second, third}) == 3

    # Proposed as the ladder says, then the person is told, and nobody decides before the statement.
    make(specialist, third, "propose", {"proposer": "贺屿", "measure": "辞退"}, clause="D-150")
    expect(duty_of(specialist, "D-150").locator(".due--met")).to_be_visible()
    until = (clock(manager) + timedelta(days=5)).strftime("%Y-%m-%d")
    make(manager, third, "notify_person", {"statement_by": until}, clause="D-309")
    expect(manager.locator("a[data-move=decide]")).to_have_count(0)
    assert manager.goto(f"{third}/moves/decide").status == 409
    assert manager.goto(f"{third}/moves/make_statement").status == 403

    # The statement is the person's own, owed on the workbench by the day that was told, and made in time.
    person.goto("/")
    owed = person.locator("#list .row").filter(has_text="D-309")
    expect(owed.locator("time[datetime]").first).to_be_visible()
    make(person, third, "make_statement", {"accepts": "部分认可", "statement": "两次在别的工地。"}, clause="D-309")
    expect(duty_of(person, "D-309").locator(".due--met")).to_be_visible()

    # Who proposed does not decide; the manager does, within the clause's time.
    specialist.goto(third)
    expect(specialist.locator("a[data-move=decide], a[data-move=decide_repeated]")).to_have_count(0)
    make(
        manager, third, "decide",
        {
            "decider": "沈知远", "measure": "辞退", "dismissal_ground": "当月第三次失职", "dismissal_rule": "D-286",
            "heading": f"关于{name}的处理", "notice_text": "当月第三次失职，予以辞退。",
        }, clause="D-090",
    )
    expect(duty_of(manager, "D-091").locator(".due--met")).to_be_visible()

    # The person appeals; who decided has no part in what follows.
    make(person, third, "appeal", {"appeal_grounds": "第一次的情节较轻。"})
    manager.goto(third)
    expect(duty_of(manager, "D-287")).to_be_visible()
    expect(manager.locator("a[data-move=change], a[data-move=uphold]")).to_have_count(0)
    form = move_form(admin, third, "change", "D-276")
    heading = f"关于{name}的处理（改判）"
    fill_in(form, {
        "decider": "陆明远", "measure": "罚款", "fine": "500.00", "month_pay": "8000.00",
        "heading": heading, "notice_text": "改为罚款五百元。",
    })
    send(form)
    # Lighter than the ladder says: that is reasoned too.
    expect(form.locator("#e-reason")).to_be_visible()
    fill_in(form, {"reason": "两次在别的工地，情节较轻"})
    send(form)
    expect(admin).to_have_url(third)
    finding = admin.locator("section[aria-labelledby=finding-h]")
    expect(finding.locator("li", has_text="罚款500.00元")).to_contain_text("当月最多可扣1600.00元")
    expect(finding.locator("li .late")).to_have_count(0)
    expect(duty_of(admin, "D-287").locator(".due--met")).to_be_visible()

    make(manager, third, "conclude_changed", clause="D-248")
    expect(duty_of(manager, "D-248").locator(".due--met")).to_be_visible()
    expect(manager.locator(".head__facts")).to_contain_text("已生效并公布")

    # From the list of findings to the case, its clause and the version of the charter that it stands on.
    manager.goto("/findings")
    row = manager.locator("article.row", has=manager.locator(f"a[href='{re.sub('^https?://[^/]+', '', third)}']"))
    expect(row).to_contain_text("D-283")
    expect(row).to_contain_text("罚款500.00元")
    row.locator("a.row__what").click()
    expect(manager).to_have_url(third)
    duty_of(manager, "D-309").locator("a[href^='/obligations/']").click()
    expect(manager.locator("main")).to_contain_text("制度第1版")
    manager.goto(f"{third}/print")
    expect(manager.locator(".sheet__no")).to_contain_text("客户服务部管理制度第1版")
    manager.goto(third)
    manager.locator("section[aria-labelledby=finding-h] .clause", has_text="D-286").click()
    expect(manager).to_have_url(re.compile(r"/charter(/clauses/D-286$|.*#clause-D-286$)"))
    expect(manager.locator("#clause-D-286")).to_be_visible()


def test_the_history_of_a_finding_is_told_in_words(sign_in: Callable[..., Page]) -> None:
    name, _ = hire(sign_in("admin"), "site_supervisor", SHOP)
    clerk = sign_in("xutang")
    find(clerk, name)
    expect(clerk.locator("#history")).to_contain_text("责任处罚登记")
    expect(clerk.locator("#history")).not_to_have_text(re.compile(r"[a-z]+\.[a-z]+"))


def find(page: Page, name: str) -> str:
    """Books one more absence from the site against that person, today."""
    return file_case(
        page, "penalty",
        {"person": name, "offence": "B6", "about": "工地质量检查", "finder": "许棠", "visits": "1"})


def expect_rung(page: Page, clause: str, rule: str) -> None:
    finding = page.locator("section[aria-labelledby=finding-h]")
    expect(finding.locator(".clause")).to_have_text(clause)
    expect(finding).to_contain_text(rule)
