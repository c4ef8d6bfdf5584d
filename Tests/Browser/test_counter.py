"""The counter: a birthday purchase explained, a refund, a lost card replaced; perks given, an activity announced."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

import screens
from desk import clock, file_customer, invented


def sell(page: Page, receipt: str, price: str, pieces: int = 1) -> None:
    page.locator("[name='lines.0.price']").fill(price)
    page.locator("[name='lines.0.quantity']").fill(str(pieces))
    page.get_by_label("小票号", exact=False).first.fill(receipt)
    page.get_by_role("button", name="收款入账").click()
    expect(page.get_by_role("heading", name=f"小票{receipt}")).to_be_visible()


def figure(page: Page, label: str) -> str:
    return page.locator(".member-card__figures > div", has_text=label).first.locator("dd").first.inner_text()


def act(page: Page, title: str, values: dict[str, str] | None = None) -> None:
    form = page.locator("details", has=page.locator("summary", has_text=title))
    form.locator("summary").click()
    for name, value in (values or {}).items():
        form.locator(f"[name={name}]").fill(value)
    # All that the charter asks whoever serves the customer to confirm.
    for tick in form.get_by_role("checkbox").all():
        tick.check()
    form.get_by_role("button", name=title).click()


def test_a_birthday_purchase_is_explained_and_taken_back_and_a_lost_card_replaced(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("heyu")
    file_customer(page, invented())
    page.get_by_role("link", name="会员", exact=True).click()
    expect(page.locator(".member-card__face")).to_contain_text("没有会员卡")
    screens.shoot(page, "counter-empty")
    today, number = clock(page).date(), uuid.uuid4().hex[:8]
    sell(page, f"{number}-1", "400.00")
    # 29 February is nobody's birthday in most years.
    born = today.replace(year=1992)
    form = page.locator("details", has=page.locator("summary", has_text="办会员卡"))
    form.locator("summary").click()
    form.locator("[name=born]").fill(born.isoformat())
    form.locator("[name=receipts]").fill(f"{number}-1")
    form.get_by_role("button", name="办会员卡").click()
    # What the charter wants confirmed is not: the form stands open as it was filled in.
    expect(page.get_by_role("alert").filter(has_text="本人到场").get_by_role("link", name="D-342")).to_be_visible()
    expect(form.locator("[name=receipts]")).to_have_value(f"{number}-1")
    for tick in form.get_by_role("checkbox").all():
        tick.check()
    form.get_by_role("button", name="办会员卡").click()
    expect(page.locator(".member-card__face")).to_contain_text("贵宾卡")

    # Quoted first: the price stands with its clauses, and what was typed stays.
    page.locator("[name='lines.0.price']").fill("100.00")
    page.locator("[name='lines.0.quantity']").fill("2")
    page.get_by_role("button", name="试算", exact=True).click()
    reasons = page.locator(".reasons").first
    expect(reasons).to_contain_text("生日：200.00 × 90% = 180.00")
    expect(reasons.get_by_role("link", name="D-346")).to_be_visible()
    page.get_by_text("没有用上的条款").click()
    expect(page.locator(".reasons--not").get_by_role("link", name="D-343")).to_be_visible()
    expect(page.locator("[name='lines.0.price']")).to_have_value("100.00")
    sell(page, f"{number}-2", "100.00", 2)
    assert figure(page, "待生效积分") == "18"
    screens.shoot(page, "counter")

    page.locator("[name='piece.0']").fill("1")
    page.get_by_role("button", name="退货").click()
    expect(page.get_by_text("已退90.00元")).to_be_visible()
    assert figure(page, "待生效积分") == "9"
    expect(page.get_by_text(re.compile("可退1件"))).to_be_visible()

    act(page, "会员卡挂失")
    expect(page.locator(".member-card__face")).to_contain_text("挂失")
    page.locator("[name='lines.0.price']").fill("10.00")
    page.locator("[name=receipt]").first.fill(f"{number}-3")
    page.get_by_role("button", name="收款入账").click()
    refusal = page.get_by_role("alert").first
    expect(refusal).to_contain_text("挂失")
    expect(refusal.get_by_role("link", name="D-405")).to_be_visible()
    screens.shoot(page, "counter-refused")
    act(page, "补办会员卡")
    expect(page.locator(".member-card__face")).to_contain_text("第2张")


def test_a_gold_card_is_given_what_it_has_and_signs_up_for_what_the_manager_announces(
    sign_in: Callable[..., Page],
) -> None:
    manager = sign_in("shenzhi")
    manager.goto("/activities")
    manager.get_by_role("link", name="才艺培训").first.click()
    today, number = clock(manager).date(), uuid.uuid4().hex[:8]
    form = manager.locator("#announce")
    # A class without places: what is missing is said beside its field.
    form.get_by_role("button", name="发布").click()
    expect(manager).to_have_url(re.compile("/activities"))
    form.locator("[name=title]").fill(f"插花{number}")
    form.locator("[name=words]").fill("每周六下午，材料由公司准备。")
    form.locator("[name=from]").fill(today.isoformat())
    form.locator("[name=until]").fill((today + datetime.timedelta(days=20)).isoformat())
    form.locator("[name=stock]").fill("8")
    screens.shoot(manager, "activities")
    form.get_by_role("button", name="发布").click()
    expect(manager.get_by_role("heading", name=f"插花{number}")).to_be_visible()

    page = sign_in("heyu")
    file_customer(page, invented())
    page.get_by_role("link", name="会员", exact=True).click()
    sell(page, f"{number}-1", "6000.00")
    born = (today + datetime.timedelta(days=3)).replace(year=1993)
    act(page, "办会员卡", {"born": born.isoformat(), "receipts": f"{number}-1"})
    expect(page.locator(".member-card__face")).to_contain_text("金卡")

    perks = page.locator("#perks")
    parking = perks.locator(".perks__row", has_text="停车票")
    expect(parking.get_by_role("link", name="D-381")).to_be_visible()
    parking.get_by_role("button", name="给 停车票").click()
    expect(parking.get_by_role("button")).to_have_count(0)
    expect(parking).to_contain_text("已给")
    guide = perks.locator(".perks__row", has_text="专职导购")
    guide.locator("summary").click()
    guide.locator("select").first.select_option("matching")
    guide.locator("select").last.select_option(index=1)
    screens.shoot(page, "counter-perks")
    guide.get_by_role("button", name="给", exact=True).click()
    expect(perks.get_by_text("服饰搭配 · ")).to_be_visible()

    course = page.locator("#activities li", has_text=f"插花{number}")
    course.get_by_role("button", name="报名").click()
    expect(course).to_contain_text("已参加")
    manager.reload()
    expect(manager.get_by_text("余量")).to_be_visible()
    expect(manager.locator(".member-card__figures > div", has_text="余量").locator("dd")).to_have_text("7")
    screens.shoot(manager, "activity")
    with manager.expect_download() as download:
        manager.get_by_role("link", name="名单").click()
    assert download.value.suggested_filename == "guests.csv"
