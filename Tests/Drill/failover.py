"""Kills the primary database under load and promotes its synchronous standby. Nothing acknowledged is lost or done twice.

Two nodes, 32 callers. While no database takes writes the desk says so with 503 and Retry-After; it answers again
by itself after the promotion. What callers were not answered they send again under its key.

CHARTER_DRILL_ROUNDS   5: so many primaries are killed
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import requests

from field import API, Call, Callers, Fault, Node, check, check_once, drilled, go_on, number, until
from postgres import Postgres, both

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 5))
SEED = int(number("CHARTER_DRILL_SEED", random.SystemRandom().randrange(1, 2**32)))
CALLERS = 32


def check_outage(answers: list[requests.Response]) -> None:
    """Whoever was turned away was told so in plain words, and when to come back."""
    for answer in answers:
        if not answer.headers.get("Retry-After", "").isdigit():
            raise Fault(f"503 without Retry-After: {dict(answer.headers)}")
        if not answer.json().get("title"):
            raise Fault(f"503 without a sentence: {answer.text[:300]}")


def check_twice(primary: Postgres) -> None:
    """The database's own word that nothing was opened or said twice."""
    twice = primary.tell(
        "SELECT count(*) FROM (SELECT 1 FROM obligation GROUP BY organisation, clause, subject_kind, subject, period"
        " HAVING count(*) > 1) AS d", "charter")
    told = primary.tell(
        "SELECT count(*) FROM (SELECT 1 FROM event WHERE type = 'obligation.opened' GROUP BY organisation, subject"
        " HAVING count(*) > 1) AS d", "charter")
    if (twice, told) != ("0", "0"):
        raise Fault(f"{twice} duties are there twice, {told} were recorded twice")


def drill(folder: Path) -> int:
    chance = random.Random(SEED)
    print(f"seed {SEED}", flush=True)
    primary, standby = Postgres(folder / "one"), Postgres(folder / "two")
    address = both(primary, standby, "charter")
    nodes = [Node(folder / "data", folder / f"node-{name}.log", database=address) for name in "ab"]
    everything: list[Call] = []
    try:
        primary.found()
        primary.start()
        primary.make("charter")
        nodes[0].furnish()
        token = nodes[0].token()
        standby.clone(primary)
        standby.start()
        primary.follow(standby)
        for node in nodes:
            node.start()
        customers = API(nodes[0].url, token).customers()
        for round in range(1, ROUNDS + 1):
            callers = Callers(nodes, token, customers, chance.randrange(2**32), CALLERS, patient=True)
            callers.start()
            go_on(chance, 2, 4)
            primary.kill()
            until(lambda: callers.unavailable, "no caller was told that the database is away")
            standby.promote()
            promoted = time.monotonic()
            standby.alone()
            until(lambda: callers.last_answer > promoted, "the desk did not answer after the promotion")
            back = callers.last_answer - promoted
            callers.wait_for_more()
            callers.stop()
            callers.must_have_worked()
            check_outage(callers.unavailable)
            again = callers.under_way()
            everything += callers.acknowledged() + [check_once(API(nodes[0].url, token), call) for call in again]
            primary, standby = standby, primary
            standby.clone(primary)
            standby.start()
            primary.follow(standby)
            check(nodes[1], token, everything)
            check_twice(primary)
            print(
                f"round {round}: {len(callers.acknowledged())} writes, {len(again)} of them sent again; "
                f"{len(callers.unavailable)} times 503; back {back:.1f} s after the promotion", flush=True)
        for node in nodes:
            node.end()
        nodes[0].command("verify")
    finally:
        for node in nodes:
            node.kill()
        primary.end()
        standby.end()
    print(f"{len(everything)} acknowledged writes, none lost, none twice")
    return ROUNDS


if __name__ == "__main__":
    sys.exit(drilled("failover", drill))
