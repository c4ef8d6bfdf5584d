"""Two nodes whose clocks differ by two minutes. Times and order come from the database's clock, not from theirs.

libfaketime moves the clock of one node ahead and of the other back.

CHARTER_DRILL_ROUNDS   20: so many complaints are filed, by the nodes in turn
"""

from __future__ import annotations

import sys
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from field import CLAUSE, API, Fault, Node, complaint, drilled, number
from postgres import Postgres

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 20))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def library() -> str:
    for place in sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")):
        return str(place)
    raise Fault("libfaketime is missing: run bin/setup drill")


def drill(folder: Path) -> int:
    server = Postgres(folder / "server")
    nodes: list[Node] = []
    try:
        server.found()
        server.start()
        server.make("charter")
        address = server.address("charter")
        nodes = [
            Node(
                folder / "data", folder / f"node-{name}.log", database=address,
                # Without the names of a shared memory the library loses the program's arguments.
                environment={"LD_PRELOAD": library(), "FAKETIME": moved, "FAKETIME_SHARED": "/drill /drill"})
            for name, moved in (("ahead", "+60s"), ("behind", "-60s"))
        ]
        # A demo's past is made by the clock of whoever makes it.
        plain = Node(folder / "data", folder / "node-plain.log", database=address)
        plain.furnish()
        token = plain.token()
        for node in nodes:
            node.start()
        apis = [API(node.url, token) for node in nodes]
        customer = apis[0].customers()[0]
        offset = timedelta(milliseconds=int(server.tell("SELECT clock_offset FROM installation", "charter")))
        cases = []
        for turn in range(ROUNDS):
            before = instant(server.tell("SELECT to_json(clock_timestamp())#>>'{}'")) + offset
            answer = apis[turn % 2].post("/api/v1/cases", complaint(customer, f"演练 {turn}"), str(uuid.uuid4()))
            after = instant(server.tell("SELECT to_json(clock_timestamp())#>>'{}'")) + offset
            if not answer.ok:
                raise Fault(f"node {turn % 2} declined: {answer.status_code} {answer.text[:300]}")
            case = answer.json()["id"]
            duties = [duty for duty in apis[(turn + 1) % 2].obligations(case) if duty["clause"] == CLAUSE]
            if len(duties) != 1:
                raise Fault(f"{len(duties)} duties under {CLAUSE}, seen from the other node")
            opened = instant(duties[0]["opened_at"])
            # Stored to the millisecond, cut.
            if not before - timedelta(milliseconds=1) <= opened <= after:
                raise Fault(f"opened at {opened}, outside {before} … {after}: by a node's clock")
            if instant(duties[0]["due_at"]) - opened != timedelta(hours=24):
                raise Fault(f"due at {duties[0]['due_at']}, 24 hours after {opened} is another time")
            cases.append(case)
        for node in nodes:
            node.end()
        nodes[1].command("verify")
        order = server.tell(
            "SELECT string_agg(matter::text, ' ' ORDER BY number) FROM event WHERE type = 'complaint.received'"
            f" AND matter IN ({', '.join(repr(case) for case in cases)})", "charter")
        if order.split() != cases:
            raise Fault("the journal does not tell the cases in the order in which they were filed")
        print(f"{ROUNDS} complaints in turn by clocks two minutes apart: times and order are the database's", flush=True)
    finally:
        for node in nodes:
            node.kill()
        server.end()
    return ROUNDS


if __name__ == "__main__":
    sys.exit(drilled("skew", drill))
