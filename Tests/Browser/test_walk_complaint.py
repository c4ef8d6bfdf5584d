"""A complaint from a phone-sized portal through each post of the company to the customer's signature and its end."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

import screens
from conftest import PHONE
from desk import duty_of, file_customer, invented, make

WORDS = "厨房吊柜门关不严，一碰就掉漆。"
STROKES = [(0.15, 0.25), (0.35, 0.75), (0.5, 0.3), (0.7, 0.8), (0.9, 0.4)]


def test_a_complaint_from_a_phone_is_answered_signed_and_closed_D_105_D_308_D_310_D_311(
    url: str, sign_in: Callable[..., Page], open_context: Callable[..., BrowserContext]
) -> None:
    name, digits = invented(), f"{random.randrange(10**4):04}"
    phone = f"1381234{digits}"
    clerk, specialist, manager = sign_in("xutang"), sign_in("heyu"), sign_in("shenzhi")
    admin = sign_in("admin")
    admin.goto("/people/visitors")
    portal = re.sub(r"^https?://[^/]+", "", admin.locator("#portal").input_value())
    # Who has a file already is no stranger: the complaint goes to who keeps the file.
    file_customer(clerk, name, phone)

    def on_a_phone() -> Page:
        return open_context(base_url=url, size=PHONE, has_touch=True, is_mobile=True).new_page()

    # On the phone: filed without an account, with a receipt that tells the number and by when what comes.
    visitor = on_a_phone()
    number = file(visitor, portal, name, phone)
    for clause in ("D-105", "D-238"):
        promise = visitor.locator(".visitor__promises li").filter(has_text=clause)
        expect(promise.locator("time[datetime]")).to_be_visible()

    # At the desk: found by its number, in the customer's name, with the same clause owed.
    clerk.goto(f"/cases?q={number}")
    clerk.locator(f"article[data-key='{number}'] a.row__what").click()
    case = clerk.url
    expect(clerk.locator(".head__facts")).to_contain_text(name)
    expect(clerk.locator("main")).to_contain_text(WORDS)
    expect(duty_of(clerk, "D-105")).to_be_visible()
    make(clerk, case, "respond", {"answer": "已收到，明天上午上门看吊柜。"}, clause="D-105")
    expect(duty_of(clerk, "D-105").locator(".due--met")).to_be_visible()
    make(clerk, case, "ask_handler", clause="D-236")
    make(specialist, case, "judge_founded", clause="D-300")
    make(clerk, case, "ask_for_time", clause="D-303")
    make(specialist, case, "investigate", {"responsible_person": "裴砚"}, clause="D-304")
    make(specialist, case, "propose", {"first_solution": "换新门板", "second_solution": "补漆并调铰链"}, clause="D-307")
    # Only the manager picks one, and until then nobody tells the customer of it.
    specialist.goto(case)
    expect(specialist.locator("a[data-move=choose]")).to_have_count(0)
    make(manager, case, "choose", {"chosen": "方案一", "instruction": "当天换好"}, clause="D-238")
    expect(duty_of(manager, "D-238").locator(".due--met")).to_be_visible()
    make(clerk, case, "inform_customer", {"explained": "为您换新门板，不收费。"}, clause="D-239")

    # Nothing is carried out before the customer signs.
    specialist.goto(case)
    expect(specialist.locator("a[data-move=carry_out]")).to_have_count(0)
    clerk.goto(case)
    expect(clerk.locator(".moves li", has=clerk.locator("a[data-move=customer_signs]"))).to_contain_text("D-310")
    clerk.locator("form[action$='/moves/customer_signs/link'] button").click()
    link = clerk.locator("#link").input_value()
    signer = on_a_phone()
    signer.goto(link)
    expect(signer.locator(".signing")).to_contain_text("方案一")
    expect(signer.locator(".signing")).to_contain_text("为您换新门板，不收费。")
    signer.locator("input[name=signer]").fill(name)
    write_by_finger(signer)
    fits(signer, "portal signature")
    # Not with the finger: a tap that follows a stroke so fast counts as part of it.
    signer.locator("main button.btn--stamp").click()
    expect(signer).to_have_url(re.compile(r"/signed$"))

    clerk.goto(case)
    signature = clerk.locator(".signs .sign").filter(has_text=name)
    expect(signature.locator(f"svg.seal[aria-label='{name}']")).to_be_visible()
    expect(signature.locator("time[datetime]")).to_be_visible()
    clerk.goto(f"{case}/print")
    expect(clerk.locator("svg.drawn path")).to_have_attribute("d", re.compile(r"^M\d+ \d+L"))
    make(specialist, case, "carry_out", {"work": "门板已换，铰链已调。"}, clause="D-240")
    expect(duty_of(specialist, "D-240").locator(".due--met")).to_be_visible()

    # The customer looks again, by number and digits, and says what he thinks.
    later = on_a_phone()
    later.goto(portal)
    later.locator("input[name=number]").fill(number)
    later.locator("input[name=digits]").fill(digits)
    later.locator("form[action$='/follow'] button").click()
    expect(later.locator(".visitor__said")).to_contain_text("明天上午上门看吊柜")
    expect(later.locator(".visitor__promises li").filter(has_text="D-311")).to_be_visible()
    later.locator("input[name=satisfied][value=true]").check()
    later.locator("#opinion").fill("师傅准时，门板换得平整。")
    later.locator("form[action$='/case/opinion'] button").click()
    expect(later).to_have_url(re.compile(r"/case\?done=opinion$"))
    fits(later, "portal case")

    clerk.goto(case)
    said = clerk.locator("section[aria-labelledby=said-h]")
    expect(said).to_contain_text("满意 师傅准时，门板换得平整。")
    # Words and their time begin at the same edge.
    words, time = (said.locator(part).last.bounding_box() for part in ("li > span", "li time"))
    assert words and time and abs(words["x"] - time["x"]) < 2, f"{words}, {time}"
    expect(duty_of(clerk, "D-311").locator(".due--met")).to_be_visible()

    # Followed up before the report, signed off, summed up.
    make(specialist, case, "confirm_success")
    expect(duty_of(specialist, "D-290")).to_be_visible()
    specialist.goto(case)
    expect(specialist.locator("a[data-move=report_nobody]")).to_have_count(0)
    make(specialist, case, "follow_up", {"score": "5", "by_way_of": "电话"}, clause="D-123")
    make(specialist, case, "report_nobody", clause="D-243")
    make(manager, case, "sign_report", clause="D-244")
    make(manager, case, "close", {"assessment": "好", "handled_by": "贺屿"}, clause="D-290")
    later.reload()
    expect(later.locator("h1")).to_have_text("已办结")


def file(page: Page, portal: str, name: str, phone: str) -> str:
    """Files as a person does; returns the number."""
    page.goto(portal)
    page.locator("a.btn--do").first.click()
    page.locator("select[name=kind]").select_option("quality")
    # As fast as people write, which programs are told by.
    page.locator("textarea[name=content]").press_sequentially(WORDS, delay=160)
    page.locator("input[name='visitor.name']").fill(name)
    page.locator("input[name='visitor.phone']").fill(phone)
    fits(page, "portal form")
    page.locator("main button.btn--do").click()
    expect(page).to_have_url(re.compile(r"/case\?new=1$"))
    fits(page, "portal receipt")
    return page.locator(".visitor__number b").inner_text()


def fits(page: Page, what: str) -> None:
    """The page is no wider than the phone, and the checker finds nothing grave."""
    over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{what}: {over} pixels wider than the phone"
    screens.check_access(page, what)


def write_by_finger(page: Page) -> None:
    """Draws on the pad with one finger, which must not scroll the page instead."""
    pad = page.locator(".pen__pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * (len(STROKES) - 1)], STROKES, strict=True):
        spot = {"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] * y}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("input[name=signature]")).to_have_value(re.compile(r"^M\d+ \d+(L\d+ \d+){4}$"))
