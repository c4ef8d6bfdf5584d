"""Kills the server under load, again and again. Whatever it acknowledged must be there afterwards, whole.

Each round: callers file and answer complaints; at a random moment the process is killed; `charter verify` reads the
data; the server starts again; every acknowledged case and answer is asked for; what was under way when the process
died is sent again under its old key, and must be done exactly once.

CHARTER_DRILL_ROUNDS   200
CHARTER_DRILL_SECONDS  2400, for the whole drill; no new round begins after that
CHARTER_DRILL_SEED     repeats the moments of an earlier run
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from field import API, Call, Callers, Fault, Node, check, check_once, drilled, go_on, number

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 200))
SECONDS = number("CHARTER_DRILL_SECONDS", 2400)
SEED = int(number("CHARTER_DRILL_SEED", random.SystemRandom().randrange(1, 2**32)))


def drill(folder: Path) -> int:
    chance = random.Random(SEED)
    node = Node(folder / "data", folder / "server.log")
    began = time.monotonic()
    done = writes = 0
    everything: list[Call] = []
    print(f"seed {SEED}", flush=True)
    try:
        node.furnish()
        token = node.token()
        node.start()
        customers = API(node.url, token).customers()
        while done < ROUNDS:
            if time.monotonic() - began > SECONDS:
                raise Fault(f"only {done} of {ROUNDS} rounds in {SECONDS:.0f} seconds")
            callers = Callers([node], token, customers, chance.randrange(2**32), count=6)
            callers.start()
            go_on(chance, 0.2, 2)
            node.kill()
            callers.stop()
            callers.must_have_worked()
            node.command("verify")
            node.start()
            api = API(node.url, token)
            again = callers.under_way()
            acknowledged = callers.acknowledged() + [check_once(api, call) for call in again]
            earlier = chance.sample(everything, min(40, len(everything)))
            moves = [call for call in everything if not call.is_case]
            check(node, token, acknowledged + [call for call in earlier if call.is_case] + moves)
            everything += acknowledged
            writes += len(acknowledged)
            done += 1
            print(f"round {done}: {len(acknowledged)} writes, {len(again)} of them sent again", flush=True)
        node.end()
        node.command("verify")
    finally:
        node.kill()
    print(f"{writes} acknowledged writes, none lost")
    return done


if __name__ == "__main__":
    sys.exit(drilled("crash", drill))
