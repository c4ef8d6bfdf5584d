"""A complaint from a customer's phone to the customer's signature, with the desk between."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

import screens
from conftest import PHONE
from desk import TO_SIGNATURE, make

NAME = "端木照"
STROKES = [(0.2, 0.3), (0.4, 0.7), (0.6, 0.3), (0.8, 0.7)]

# A photo of one point.
POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
PHOTO = {"name": "天花水渍.png", "mimeType": "image/png", "buffer": POINT}


def address(admin: Page) -> str:
    """Where the company's portal is, as its administrator reads it."""
    admin.goto("/people/visitors")
    return re.sub(r"^https?://[^/]+", "", admin.locator("#portal").input_value())


def file(page: Page, portal: str, words: str) -> str:
    """Files as a person does; returns the number."""
    page.goto(portal)
    page.locator("a.btn--do").first.click()
    page.locator("select[name=kind]").select_option("quality")
    # As fast as people write, which programs are told by.
    page.locator("textarea[name=content]").press_sequentially(words, delay=120)
    page.locator("input[name='visitor.name']").fill(NAME)
    page.locator("input[name='visitor.phone']").fill("139 1234 0088")
    screens.check_access(page, "portal form")
    page.locator("main button.btn--do").click()
    expect(page).to_have_url(re.compile(r"/case\?new=1$"))
    return page.locator(".visitor__number b").inner_text()


def walk(desk: Page, number: str) -> str:
    """Takes the case to where its customer may sign; returns its address."""
    desk.goto("/cases")
    desk.locator(f"article[data-key='{number}'] a.row__what").click()
    case = desk.url
    for move in TO_SIGNATURE:
        make(desk, case, move)
    return case


def sign(page: Page) -> None:
    """Writes the name by hand, and sends it."""
    page.locator("input[name=signer]").fill(NAME)
    pad = page.locator(".pen__pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    spots = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in STROKES]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()
    expect(page.locator("input[name=signature]")).to_have_value(re.compile(r"^M\d+ \d+L"))
    screens.check_access(page, "portal signature")
    page.locator("main button.btn--stamp").click()


def test_a_complaint_goes_from_a_phone_to_the_customers_signature(
    url: str, sign_in: Callable[..., Page], open_context: Callable[..., BrowserContext]
) -> None:
    portal = address(sign_in("admin"))
    customer = open_context(base_url=url, size=PHONE, has_touch=True).new_page()
    customer.goto(portal)
    screens.shoot(customer, "portal")
    customer.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    number = file(customer, portal, "主卫渗水，楼下天花受潮，请来人看看。")
    assert re.fullmatch(r"TS-\d{4}-\d{4,}", number)
    expect(customer.locator(".visitor__promises").get_by_text("D-105")).to_be_visible()
    expect(customer.locator(".visitor__promises time[datetime]").first).to_be_visible()
    screens.shoot(customer, "portal-filed")
    customer.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    customer.locator("#photo").set_input_files(PHOTO)
    customer.get_by_role("button", name="发送照片").click()
    expect(customer.locator("#photos li")).to_contain_text(PHOTO["name"])

    desk = sign_in("shenzhi")
    case = walk(desk, number)

    # On another day, on another phone: by number and digits.
    later = open_context(base_url=url, size=PHONE, has_touch=True).new_page()
    later.goto(portal)
    later.locator("input[name=number]").fill(number)
    later.locator("input[name=digits]").fill("0089")
    later.locator("form[action$='/follow'] button").click()
    expect(later.locator("[role=alert]")).to_be_visible()
    later.locator("input[name=digits]").fill("0088")
    later.locator("form[action$='/follow'] button").click()
    expect(later).to_have_url(re.compile(r"/case$"))
    expect(later.locator(".visitor__said li").first).to_be_visible()
    screens.shoot(later, "portal-case")
    later.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    later.locator("textarea#words").fill("周六上午在家。")
    later.locator("form[action$='/case/words'] button").click()
    expect(later.locator("[role=status]").first).to_be_visible()

    # The desk has a link made, which a third browser opens.
    desk.goto(case)
    expect(desk.locator("#files [data-file]").filter(has_text=PHOTO["name"])).to_contain_text("顾客")
    expect(desk.get_by_text("周六上午在家。")).to_be_visible()
    desk.locator("form[action$='/moves/customer_signs/link'] button").click()
    expect(desk.locator("button[data-copy]")).to_be_visible()
    screens.check_access(desk, "signing link")
    link = desk.locator("#link").input_value()
    opened = open_context(base_url=url, size=PHONE, has_touch=True).new_page()
    opened.goto(link)
    expect(opened.locator(".pen__pad")).to_be_visible()

    later.goto(f"{portal}/case/signature")
    screens.shoot(later, "portal-sign")
    later.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    sign(later)
    expect(later).to_have_url(re.compile(r"/case\?done=signed$"))
    later.locator("input[name=satisfied][value=true]").check()
    later.locator("form[action$='/case/opinion'] button").click()
    expect(later).to_have_url(re.compile(r"/case\?done=opinion$"))

    # Signed already: the link serves no more, and says so.
    opened.reload()
    expect(opened.locator("[role=alert]")).to_be_visible()
    expect(opened.locator(".pen__pad")).to_have_count(0)
    desk.goto(case)
    expect(desk.locator(".sign .seal").first).to_be_visible()
    screens.shoot(desk, "case-signed")


def test_the_portal_works_with_scripts_off(
    url: str, sign_in: Callable[..., Page], open_context: Callable[..., BrowserContext]
) -> None:
    portal = address(sign_in("admin"))
    customer = open_context(base_url=url, size=PHONE, java_script_enabled=False).new_page()
    number = file_without_scripts(customer, portal)
    customer.locator("textarea#words").fill("再说一句。")
    customer.locator("form[action$='/case/words'] button").click()
    expect(customer.get_by_text("再说一句。")).to_be_visible()
    expect(customer.get_by_text(number).first).to_be_visible()


def file_without_scripts(page: Page, portal: str) -> str:
    page.goto(portal)
    page.locator("a.btn--do").first.click()
    page.locator("select[name=kind]").select_option("attitude")
    page.locator("textarea[name=content]").press_sequentially("电话没有人接，等了一个上午。", delay=160)
    page.locator("input[name='visitor.name']").fill(NAME)
    page.locator("input[name='visitor.phone']").fill("13912340088")
    page.locator("main button.btn--do").click()
    expect(page).to_have_url(re.compile(r"/case\?new=1$"))
    return page.locator(".visitor__number b").inner_text()
