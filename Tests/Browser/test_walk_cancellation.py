"""A contract cancelled after the start of work: measured, charged, signed in order, changed, signed anew, refunded."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from desk import duty_of, enter, file_case, file_customer, fill_in, hire, invented, make, move_form, send

SHOP = "历下店"
LINES = [("客厅墙面找平", "平米", "38.50", "120", "80"), ("水电改造", "米", "65.00", "60", "45")]
COPY = {"name": "终止协议.txt", "mimeType": "text/plain", "buffer": "合同终止协议，双方已签。".encode()}
# The charter's order, and what stands beside each on the page of the case.
FOUR = [
    ("sign_by_handler", "经手人签字"), ("sign_by_middle", "装修中层签字"), ("sign_by_area", "区域经理签字"),
    ("sign_by_leader", "公司领导签字"),
]


def test_a_started_cancellation_is_signed_in_order_changed_signed_anew_and_refunded_D_260_to_D_266(
    sign_in: Callable[..., Page],
) -> None:
    admin, clerk, specialist, manager = (sign_in(login) for login in ("admin", "xutang", "heyu", "shenzhi"))
    # Of some posts nobody in the demo signs in; a post that reaches its unit only is held in the customer's.
    places = {
        "site_supervisor": SHOP, "engineering_manager": SHOP, "middle_manager": SHOP, "area_manager": "檐下设计",
        "company_leader": "檐下设计", "finance": "檐下设计",
    }
    names, staff = {}, {}
    for post, unit in places.items():
        names[post], login = hire(admin, post, unit)
        staff[post] = sign_in(login)
    supervisor, engineering, finance = (staff[post] for post in ("site_supervisor", "engineering_manager", "finance"))
    four = [clerk, staff["middle_manager"], staff["area_manager"], staff["company_leader"]]

    customer = invented()
    file_customer(clerk, customer)
    case = file_case(
        clerk, "cancel_started", {"contract_no": "HT-2026-118", "handler": "许棠", "paid": "20000.00"}, customer=customer)
    expect(duty_of(clerk, "D-260")).to_be_visible()

    measure(supervisor, case)
    clerk.goto(case)
    expect(duty_of(clerk, "D-260").locator(".due--met")).to_be_visible()
    # 80 × 38.50 + 45 × 65.00 − 505.00 = 5,500.00, so that 14,500.00 goes back.
    charge(specialist, case, "505.00", "14500.00")

    # The charge stands once both have signed it, and the agreement waits for that.
    refused(specialist, case, "sign_agreement", "与业主签合同终止协议", "D-261", "监理签字确认收费、工程部签字确认收费")
    confirm(supervisor, engineering, case)
    agree(specialist, case, "ZZ-1")
    expect(duty_of(specialist, "D-262").locator(".due--met")).to_be_visible()
    apply(specialist, case)

    # Four signatures, each after those before it; the money after all of them.
    for index, (_, title) in enumerate(FOUR):
        for later, (key, waits) in list(enumerate(FOUR))[index + 1 :]:
            refused(four[later], case, key, waits, "D-265", title)
        refused(finance, case, "pay_refund", "退款", "D-266", title)
        sign(four[index], case, FOUR[index][0])
        if index == 1:
            # The handler's own signature is nobody else's to make.
            specialist.goto(case)
            expect(specialist.locator("a[data-move=sign_by_handler]")).to_have_count(0)
    seals = ["许棠", *(names[post] for post in ("middle_manager", "area_manager", "company_leader"))]
    finance.goto(case)
    for name in seals:
        expect(seal(finance, name)).to_be_visible()
    specialist.goto(case)
    expect(duty_of(specialist, "D-265").locator(".due--met")).to_be_visible()

    # Sent back for the amount: the work is charged anew, and whatever was signed of the old charge is void.
    make(four[2], case, "send_back", {"return_reason": "调减没有依据"})
    make(manager, case, "recalculate", {"return_reason": "取消调减"})
    charge(specialist, case, "0", "13995.00")
    void(specialist, 2)
    refused(specialist, case, "sign_agreement", "与业主签合同终止协议", "D-261", "监理签字确认收费、工程部签字确认收费")
    confirm(supervisor, engineering, case)
    agree(specialist, case, "ZZ-2")
    apply(specialist, case)
    void(specialist, 4)
    refused(finance, case, "pay_refund", "退款", "D-266", "经手人签字")
    for page, (key, _) in zip(four, FOUR, strict=True):
        sign(page, case, key)
    finance.goto(case)
    expect(finance.locator(".signs .late")).to_have_count(0)
    for name in seals:
        expect(seal(finance, name)).to_be_visible()

    make(finance, case, "pay_refund", {"voucher": "FK-0601"}, clause="D-266")
    manager.goto(case)
    expect(manager.locator("[data-obligation]:has(.due--met)", has_text="D-266")).to_be_visible()
    expect(finance.locator("#history")).to_contain_text("退款金额（取自申请单）：13995.00元")
    expect(finance.locator(".head__facts")).to_contain_text("已退款")


def measure(page: Page, case: str) -> None:
    """Fills in the change order; the program adds it up before it is sent."""
    form = move_form(page, case, "measure", "D-260")
    enter(form, "budget_no", "YS-0417")
    for row, cells in enumerate(LINES):
        for column, cell in zip(("item", "measure", "price", "planned", "done"), cells, strict=True):
            enter(form, f"lines.{row}.{column}", cell)
    form.locator("button[name=find]").click()
    expect(form.locator("#f-work_value")).to_have_text("6005.00元")
    fill_in(form)
    send(form)
    expect(page).to_have_url(case)


def charge(page: Page, case: str, deducted: str, refund: str) -> None:
    make(
        page, case, "settle_charge",
        {"added": "0", "deducted": deducted, "adjustment_reason": "客厅返工一次", "paid": "20000.00"}, clause="D-261",
    )
    expect(page.locator("#history")).to_contain_text(f"应退金额（负数为应补收）：{refund}元")


def confirm(supervisor: Page, engineering: Page, case: str) -> None:
    for page, move in ((supervisor, "confirm_by_supervisor"), (engineering, "confirm_by_engineering")):
        form = move_form(page, case, move, "D-261")
        # What is signed stands above the signature.
        expect(form.locator(".signing")).to_have_count(2)
        fill_in(form)
        send(form)
        expect(page).to_have_url(case)


def agree(page: Page, case: str, number: str) -> None:
    """Signs the agreement with the owner: a copy is attached on the form itself."""
    form = move_form(page, case, "sign_agreement", "D-261")
    page.locator("form[data-drop] input[type=file]").set_input_files(COPY)
    expect(form.locator("#f-agreement_copy input:checked")).not_to_have_count(0)
    fill_in(form, {"agreement_no": number})
    send(form)
    expect(page).to_have_url(case)


def apply(page: Page, case: str) -> None:
    make(page, case, "write_statement", {"cause": "业主原因"}, clause="D-263")
    make(page, case, "apply_refund", {"payee": "业主本人"}, clause="D-264")


def sign(page: Page, case: str, move: str) -> None:
    form = move_form(page, case, move, "D-265")
    expect(form.locator(".signing")).to_have_count(3)
    fill_in(form, {"signature": "同意"})
    send(form)
    expect(page).to_have_url(case)


def refused(page: Page, case: str, move: str, title: str, clause: str, first: str) -> None:
    """The move is shown shut, with its clause and what comes before it; its address refuses too."""
    page.goto(case)
    line = page.locator(".moves li", has=page.locator(".moves__shut", has_text=title))
    expect(line.locator(".clause")).to_have_text(clause)
    expect(line).to_contain_text(f"制度规定先办：{first}")
    expect(page.locator(f"a[data-move={move}]")).to_have_count(0)
    answer = page.goto(f"{case}/moves/{move}")
    assert answer and answer.status == 409, f"{move}: {answer and answer.status}"
    expect(page.locator("main [role=alert]")).to_contain_text(first)


def seal(page: Page, name: str) -> Locator:
    return page.locator(".signs .sign").filter(has_text=name).locator(f"svg.seal[aria-label='{name}']")


def void(page: Page, count: int) -> None:
    """So many signatures on the page are void, and none of these has a seal."""
    gone = page.locator(".signs .sign", has=page.get_by_text("签字失效"))
    expect(gone).to_have_count(count)
    expect(gone.locator("svg.seal")).to_have_count(0)
