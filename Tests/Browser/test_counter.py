"""The counter: a birthday purchase explained, a refund that takes back its points, a lost card replaced."""

from __future__ import annotations

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
    page.get_by_role("link", name="会员").click()
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
