"""desk.js alone: a sheet with its hooks, served under the strictest content policy, and an event stream to hear from."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import screens

ROOT = Path(__file__).resolve().parents[2]
ASSETS = [ROOT / "Resources" / "assets", ROOT / ".build-assets"]
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
NOW = "2026-10-09T06:32:00.000Z"

SHEET = """<!doctype html>
<html lang="zh-Hans">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>工作台</title>
<meta name="form-token" content="t0ken" data-field="form_token">
<link rel="stylesheet" href="/assets/tokens.css"><link rel="stylesheet" href="/assets/desk.css">
<script src="/assets/htmx/htmx.min.js" defer></script><script src="/assets/desk.js" defer></script></head>
<body class="desk" data-now="{now}" data-stream="/live" data-stream-at="7" data-word-left="剩{{time}}" data-word-late="逾期{{time}}"
  data-word-minutes="{{m}}分" data-word-hours="{{h}}小时{{mm}}分" data-word-days="{{d}}天{{h}}小时" data-word-lost="连接断了"
  data-word-behind="数据晚{{s}}秒" data-word-arrived="新到{{n}}件" data-word-undo="撤销" data-word-shut="关闭">
<nav class="rail" aria-label="主导航"><a class="rail__brand" href="/"><svg class="mark" role="img" aria-label="Charter"><use href="/assets/icons.svg#mark"/></svg></a>
<div class="rail__foot"><button class="rail__item" popovertarget="account">沈知远</button></div>
<form class="pop menu" id="account" popover><label><input type="radio" name="theme" value="system" checked> 系统</label>
<label><input type="radio" name="theme" value="light"> 浅色</label><label><input type="radio" name="theme" value="dark"> 深色</label></form></nav>
<main class="page" id="main"><header class="bar"><div class="bar__title"><h1>工作台</h1></div>
<div class="bar__end"><input class="input" aria-label="筛选" data-search><button class="btn" popovertarget="palette">搜索</button>
<button class="btn btn--do" popovertarget="new" aria-keyshortcuts="N"><svg class="i" aria-hidden="true"><use href="/assets/icons.svg#i-plus"/></svg>新建</button></div></header>
<div class="list ruled" id="list" data-live="obligations">{rows}</div></main>
<form class="palette" id="palette" popover role="search" action="/search" aria-label="搜索"><label class="palette__ask"><span class="only-read">搜索</span>
<input type="search" name="q" autofocus autocomplete="off"></label><div class="palette__list"><a href="/found-1"><span>客户</span><span>冼䶮之</span></a><a href="/found-2"><span>条款</span><span>D-135</span></a></div></form>
<div class="pop menu" id="new" popover><a href="/new/complaint">投诉</a><a href="/new/file">档案</a></div>
<div class="keys" id="keys" popover><h2>键</h2><label class="tick"><input type="checkbox" data-keys-switch checked>单键</label></div>
</body></html>"""

ROW = """<article class="row" data-obligation="{number}"><a class="clause" href="/charter#D-{number}">D-{number}</a>
<a class="row__what" href="/duty/{number}"><span class="row__do">{what}</span></a><p class="row__who"><span class="row__name">冼䶮之</span></p>
<span class="due due--calm" data-from="{opened}" data-soon="{soon}"><span class="due__left">?</span><span class="due__at">
<svg class="stick" viewBox="0 0 40 8" aria-hidden="true"><path class="stick__left" d="M0 4h40"/><circle class="stick__ember" cx="40" cy="4" r="2"/></svg>
<time datetime="{due}">18:00</time></span></span><a class="btn btn--small row__act" href="/act/{number}">办</a></article>"""


def row(number: int, due: str = "2026-10-09T10:00:00Z", what: str = "回应投诉", soon: str = "2026-10-09T09:00:00Z") -> str:
    return ROW.format(number=number, due=due, what=what, soon=milliseconds(soon), opened=milliseconds("2026-10-08T06:32:00Z"))


def milliseconds(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


class Bench:
    """The rows that the sheet shows now, and everything the browser asked for."""

    def __init__(self) -> None:
        self.rows = [row(101, due="2026-10-09T01:26:00Z"), row(102), row(103, due="2026-10-11T16:00:00Z")]
        self.asked: list[str] = []
        self.streams: list[queue.Queue[str | None]] = []

    def tell(self, event: str, data: str, number: int) -> None:
        for stream in self.streams:
            stream.put(f"id: {number}\nevent: {event}\ndata: {data}\n\n")


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            bench.asked.append(self.path)
            path = self.path.partition("?")[0]
            if path == "/live":
                return self.stream()
            if path.startswith("/assets/"):
                file = next(file for folder in ASSETS if (file := folder / path.removeprefix("/assets/")).is_file())
                return self.send(TYPES[file.suffix], file.read_bytes())
            self.send("text/html; charset=utf-8", SHEET.format(now=NOW, rows="\n".join(bench.rows)).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            bench.asked.append(f"POST {self.path} {body}")
            self.send("text/html; charset=utf-8", b"<title>done</title>")

        def send(self, kind: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'")
            self.end_headers()
            self.wfile.write(content)

        def stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b": open\n\n")
            self.wfile.flush()
            told: queue.Queue[str | None] = queue.Queue()
            bench.streams.append(told)
            try:
                while (event := told.get()) is not None:
                    self.wfile.write(event.encode())
                    self.wfile.flush()
            except OSError:
                pass
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bench.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield bench
    for stream in bench.streams:
        stream.put(None)
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(bench: Bench, open_context: Callable[..., BrowserContext]) -> Page:
    page = open_context(base_url=bench.url).new_page()  # type: ignore[attr-defined]
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-keys", "on")
    return page


def wait_until(condition: Callable[[], bool], page: Page, what: str) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, what
        page.evaluate("() => new Promise(requestAnimationFrame)")


def current(page: Page) -> str | None:
    return page.locator("#list .row[aria-current]").get_attribute("data-obligation")


def test_countdowns_follow_the_business_clock(page: Page) -> None:
    late, soon, calm = (page.locator("#list .row").nth(index).locator(".due") for index in range(3))
    expect(late.locator(".due__left")).to_have_text("逾期5小时06分")
    expect(late).to_have_class(re.compile("due--overdue"))
    expect(soon.locator(".due__left")).to_have_text("剩3小时28分")
    expect(calm.locator(".due__left")).to_have_text("剩2天9小时")
    assert soon.locator(".stick__left").get_attribute("d") == "M0 4h5.0"


def test_a_clock_that_was_moved_turns_the_rows(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    bench.tell("here", "2026-10-09T09:30:00.000Z 0", 8)
    due = page.locator("#list .row").nth(1).locator(".due")
    expect(due.locator(".due__left")).to_have_text("剩30分")
    expect(due).to_have_class(re.compile("due--soon"))


def test_keys_move_open_and_act(page: Page) -> None:
    page.keyboard.press("j")
    assert current(page) == "101"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert current(page) == "102"
    expect(page.locator("#list .row kbd")).to_have_count(1)
    expect(page.locator("#list .row[aria-current] kbd")).to_have_text("E")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("/act/102$"))
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/duty/101$"))


def test_single_keys_rest_in_fields_and_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jn?")
    expect(page.locator("[data-search]")).to_have_value("jn?")
    expect(page.locator("#new")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#new a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#new a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#new")).to_be_hidden()
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#list .row[aria-current]")).to_have_count(0)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")


def test_the_palette_is_a_combobox(page: Page) -> None:
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette a[aria-current]")).to_have_attribute("href", "/found-2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/found-2$"))


def test_a_new_duty_arrives_without_a_reload_and_the_focus_stays(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.evaluate("() => { window.kept = document.activeElement }")
    bench.rows = [bench.rows[1], row(104, what="新投诉"), bench.rows[2]]
    bench.tell("change", "cases obligations", 9)
    fresh = page.locator('#list .row[data-obligation="104"]')
    expect(fresh).to_have_class(re.compile("row--new"))
    expect(fresh.locator(".due__left")).to_have_text("剩3小时28分")
    expect(page.locator('#list .row[data-obligation="101"]')).to_have_count(0)
    assert current(page) == "102"
    assert page.evaluate("() => document.activeElement === window.kept && window.kept.isConnected")
    expect(page.locator("#desk-said")).to_have_text("新到1件")


def test_a_row_that_changed_under_the_hand_keeps_the_hand(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    page.keyboard.press("j")
    bench.rows[0] = row(101, what="已改")
    bench.tell("change", "obligations", 9)
    expect(page.locator("#list .row__do").first).to_have_text("已改")
    assert current(page) == "101"
    expect(page.locator('#list .row[data-obligation="101"] .row__what')).to_be_focused()


def test_what_is_done_counts_no_longer(page: Page, bench: Bench) -> None:
    bench.rows = [row(101, due="2026-10-09T01:26:00Z").replace("due--calm", "due--overdue due--shut"), row(102)]
    page.reload()
    expect(page.locator("#list .due__left").nth(1)).to_have_text("剩3小时28分")
    expect(page.locator("#list .due__left").first).to_have_text("?")


def test_a_topic_that_the_page_does_not_show_fetches_nothing(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    bench.tell("change", "people", 9)
    bench.tell("here", "2026-10-09T07:32:00.000Z 0", 10)
    expect(page.locator("#list .due__left").nth(1)).to_have_text("剩2小时28分")
    assert bench.asked.count("/") == 1


def test_a_hidden_tab_closes_its_stream_and_goes_on_after_the_last_event(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    bench.tell("here", "2026-10-09T07:32:00.000Z 0", 12)
    expect(page.locator("#list .due__left").nth(1)).to_have_text("剩2小时28分")
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.evaluate(hide, False)
    wait_until(lambda: "/live?after=12" in bench.asked, page, "the stream did not go on after event 12")
    assert "/live?after=7" in bench.asked


def test_the_page_says_when_it_is_behind_and_when_it_is_cut_off(page: Page, bench: Bench) -> None:
    wait_until(lambda: bool(bench.streams), page, "no stream was opened")
    bench.tell("here", f"{NOW} 45", 8)
    expect(page.locator(".banner")).to_have_text("数据晚45秒")
    bench.tell("here", f"{NOW} 0", 9)
    expect(page.locator(".banner")).to_be_hidden()
    page.context.set_offline(True)
    bench.streams[-1].put(None)
    expect(page.locator(".banner")).to_have_text("连接断了")
    page.context.set_offline(False)
    expect(page.locator(".banner")).to_be_hidden()


def test_the_theme_is_kept_for_the_next_page(page: Page) -> None:
    page.get_by_role("button", name="沈知远").click()
    page.get_by_label("深色").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {"theme": "dark"}.items() <= {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}.items()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_act_is_undone_with_one_key_and_a_token(page: Page, bench: Bench) -> None:
    page.evaluate("""() => document.body.dispatchEvent(
        new CustomEvent("toast", { detail: { text: "已登记抽查", undo: "/acts/5/undo" } }))""")
    expect(page.locator(".toast")).to_contain_text("已登记抽查")
    screens.check_access(page, "sheet with a toast")
    page.keyboard.press("z")
    expect(page).to_have_url(re.compile("/acts/5/undo$"))
    assert "POST /acts/5/undo form_token=t0ken" in bench.asked


def test_partial_updates_work_under_the_strict_policy_and_carry_the_token(page: Page, bench: Bench) -> None:
    assert page.evaluate("() => window.htmx.config.historyCacheSize === 0 && window.htmx.config.allowEval === false")
    page.evaluate("""() => {
        const button = document.createElement("button");
        button.id = "part";
        button.setAttribute("hx-post", "/part");
        button.setAttribute("hx-target", "#list");
        document.querySelector(".bar").append(button);
        window.htmx.process(button);
    }""")
    with page.expect_request("**/part") as sent:
        page.locator("#part").press("Enter")
    assert sent.value.headers["x-form-token"] == "t0ken"
    expect(page.locator("#list .row")).to_have_count(0)


def test_the_sheet_passes_the_checker_at_every_width(page: Page) -> None:
    page.keyboard.press("j")
    screens.shoot(page, "sheet")
