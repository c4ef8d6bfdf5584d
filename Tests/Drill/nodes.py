"""Three nodes on one database, of which one after another is killed. Work goes on, and nothing is done twice.

Callers send to the next node what the dead one did not answer. Live pages go to the next node, three by themselves and
one through nginx with docs/nginx.conf, and continue after the last event that they saw: in the end each has been told
of every acknowledged case. The clock is moved past deadlines
meanwhile, so that the ticks of all nodes meet the same duties.

CHARTER_DRILL_ROUNDS   6: so many nodes are killed
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import requests

from field import (
    API, PATIENCE, Callers, Fault, Node, check, check_once, drilled, free_port, go_on, is_answering, number, until,
)
from postgres import Postgres

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 6))
SEED = int(number("CHARTER_DRILL_SEED", random.SystemRandom().randrange(1, 2**32)))


class Proxy:
    """nginx before the nodes, as docs/nginx.conf has it but for the ports."""

    def __init__(self, folder: Path, nodes: list[Node]) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        text = (Path(__file__).resolve().parents[2] / "docs" / "nginx.conf").read_text()
        text = text.replace("127.0.0.1:8080", self.url.removeprefix("http://"))
        for port, node in zip(("8081", "8082", "8083"), nodes, strict=True):
            text = text.replace(f"127.0.0.1:{port}", node.url.removeprefix("http://"))
        if os.geteuid() == 0:
            text = "user root;\n" + text  # its files lie where only we may write
        (folder / "nginx.conf").write_text(text)
        self.process = subprocess.Popen(
            ["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "nginx.log", "-g", "daemon off;"],
            stdin=subprocess.DEVNULL)
        until(lambda: is_answering(self.url), f"nginx does not answer; see {folder / 'nginx.log'}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def browser(node: Node, login: str) -> requests.Session:
    """Somebody who signed in; the session lies in the database, so every node knows it."""
    session = requests.Session()
    session.trust_env = False
    answer = session.post(
        f"{node.url}/sign-in", data={"login": login, "password": "charter-demo", "return": "/"}, timeout=30,
        headers={"Origin": node.url})
    if not answer.ok or not session.cookies:
        raise Fault(f"{login} could not sign in: {answer.status_code}")
    return session


class LivePage:
    """Listens as a page does, and keeps what it was told: from which number to which, and the parts that changed."""

    def __init__(self, urls: list[str], session: requests.Session) -> None:
        self.urls, self.session = urls, session
        self.turn = 0
        self.last = ""
        self.told: list[tuple[int, int, set[str]]] = []
        self.moves = -1
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.listen, daemon=True)

    def listen(self) -> None:
        while not self.over.is_set():
            url = self.urls[self.turn % len(self.urls)]
            self.turn += 1
            self.moves += 1
            try:
                self.follow(url)
            except requests.RequestException:
                self.over.wait(0.1)

    def follow(self, url: str) -> None:
        headers = {"Last-Event-ID": self.last} if self.last else {}
        with self.session.get(f"{url}/live", headers=headers, stream=True, timeout=(2, 25)) as answer:
            if answer.status_code != 200:
                self.over.wait(0.1)
                return
            event: dict[str, str] = {}
            for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                if self.over.is_set():
                    return
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                    continue
                if event.get("event") == "change":
                    self.told.append((int(self.last or 0), int(event["id"]), set(event["data"].split())))
                elif event.get("event") == "reset":
                    self.told.append((int(self.last or 0), int(event["id"]), set()))
                if "id" in event:
                    self.last = event["id"]
                event = {}

    def check(self, journal: list[set[str]]) -> None:
        """Told of every event of the journal, in its order and once.

        journal: for each number from 1 on, the parts of pages that its event changes.
        """
        until(lambda: int(self.last or 0) >= len(journal), f"a live page was not told of all {len(journal)} events")
        at = 0
        for before, number, topics in self.told:
            if before != at or number <= before:
                raise Fault(f"a live page that knew of {at} was told of {before} to {number}")
            at = number
            if number > len(journal):
                break
            changed = set().union(*journal[before:number])
            if topics != changed:
                raise Fault(f"of {before} to {number} a live page was told {sorted(topics)}, not {sorted(changed)}")


def journal_of(server: Postgres) -> list[set[str]]:
    """The parts of pages that each event changes, once all are sealed."""
    until(lambda: server.tell("SELECT count(*) FROM event WHERE number IS NULL", "charter") == "0", "events stay unsealed")
    rows = server.tell(
        "SELECT subject_kind, type, matter IS NOT NULL FROM event WHERE number IS NOT NULL ORDER BY number", "charter")
    journal = []
    for row in rows.splitlines():
        kind, type, about_case = row.split("|")
        topics = {"obligations" if kind == "obligation" else kind + "s"}
        topics |= {"obligations"} if type.startswith("obligation.") else set()
        topics |= {"cases"} if about_case == "t" else set()
        topics |= {"notices"} if type == "obligation.escalated" else set()
        journal.append(topics)
    return journal


def advance_clock(node: Node, hours: int) -> None:
    session = browser(node, "admin")
    page = session.get(f"{node.url}/demo/clock", timeout=30).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    if not token:
        raise Fault("the demo has no control of the clock")
    form = {"form_token": token.group(1), "idempotency_key": str(uuid.uuid4()), "advance": str(hours)}

    def is_moved() -> bool:
        answer = session.post(f"{node.url}/demo/clock", data=form, timeout=PATIENCE, headers={"Origin": node.url})
        if not answer.ok and answer.status_code != 503:
            raise Fault(f"the clock could not be moved: {answer.status_code}")
        return answer.ok

    # Every act reads the clock, so under load it may be in everybody's way; the same form is done once.
    until(is_moved, "the clock could not be moved")


def escalated(server: Postgres) -> int:
    return int(server.tell("SELECT count(*) FROM event WHERE type = 'obligation.escalated'", "charter"))


def check_twice(server: Postgres) -> None:
    """What time brought about was brought about once."""
    twice = server.tell(
        "SELECT count(*) FROM (SELECT 1 FROM event WHERE nature = 'consequence'"
        " AND type IN ('obligation.opened', 'obligation.late', 'obligation.escalated')"
        " GROUP BY organisation, type, subject, body::text HAVING count(*) > 1) AS d", "charter")
    if twice != "0":
        raise Fault(f"{twice} consequences were recorded twice")


def drill(folder: Path) -> int:
    if ROUNDS < 3:
        raise Fault("there are three nodes, and each must die once: say three rounds or more")
    chance = random.Random(SEED)
    print(f"seed {SEED}", flush=True)
    server = Postgres(folder / "server")
    nodes: list[Node] = []
    pages: list[LivePage] = []
    proxy: Proxy | None = None
    try:
        server.found()
        server.start()
        server.make("charter")
        address = server.address("charter")
        nodes = [Node(folder / "data", folder / f"node-{name}.log", database=address) for name in "abc"]
        nodes[0].furnish()
        token = nodes[0].token()
        for node in nodes:
            node.start()
        customers = API(nodes[0].url, token).customers()
        proxy = Proxy(folder, nodes)
        urls = [node.url for node in nodes]
        pages = [LivePage(urls[first:] + urls[:first], browser(nodes[0], "xutang")) for first in range(3)]
        pages.append(LivePage([proxy.url], browser(nodes[0], "xutang")))
        for page in pages:
            page.thread.start()
        callers = Callers(nodes, token, customers, chance.randrange(2**32), count=6, patient=True)
        callers.start()
        for round in range(1, ROUNDS + 1):
            go_on(chance, 1.5, 3)
            victim = nodes[(round - 1) % len(nodes)]
            victim.kill()
            if round % 2 == 1:
                advance_clock(nodes[round % len(nodes)], 25)
            go_on(chance, 0.5, 2)
            victim.start()
        callers.wait_for_more()
        callers.stop()
        callers.must_have_worked()
        again = callers.under_way()
        done = callers.acknowledged() + [check_once(API(nodes[0].url, token), call) for call in again]
        # A node that died at the clock's work held it until its lease ended.
        until(lambda: escalated(server), "nothing was escalated, so the ticks met nothing")
        journal = journal_of(server)
        for page in pages:
            page.check(journal)
        check(nodes[1], token, done)
        check_twice(server)
        moves = sum(page.moves for page in pages)
        if any(page.moves == 0 for page in pages):
            raise Fault("a live page never lost its node")
        for page in pages:
            page.over.set()
        for node in nodes:
            node.end()
        nodes[0].command("verify")
        waiting = server.tell("SELECT count(*) FROM event WHERE number IS NULL", "charter")
        if waiting != "0":
            raise Fault(f"{waiting} events were never sealed")
        print(
            f"{ROUNDS} nodes killed: {len(done)} writes, {len(again)} of them sent again, none lost, none twice; "
            f"{escalated(server)} escalations; live pages changed node {moves} times and missed nothing of {len(journal)} events",
            flush=True)
    finally:
        for page in pages:
            page.over.set()
        if proxy:
            proxy.end()
        for node in nodes:
            node.kill()
        server.end()
    return ROUNDS


if __name__ == "__main__":
    sys.exit(drilled("nodes", drill))
