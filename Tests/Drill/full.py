"""Fills the disk under load. Reads go on, writes are told 507 in plain words, and with room again they work at once.

The data lie on a file system of a few megabytes in memory, which only root may mount; bin/drill sees to that.

CHARTER_DRILL_ROUNDS   3: so often it is filled and given room again
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from field import API, Call, Callers, Fault, Node, check, check_once, complaint, drilled, number, until

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 3))


def mount(folder: Path, kilobytes: int, again: bool) -> None:
    options = f"size={kilobytes}k" + (",remount" if again else "")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"a small file system cannot be mounted: {done.stderr.strip()}; root may")


def used(folder: Path) -> int:
    """Kilobytes."""
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize // 1024


def fill(node: Node, token: str, customers: list[str], seed: int) -> Callers:
    """Callers file until the disk is full; every refusal must be the one that says so."""
    callers = Callers([node], token, customers, seed, count=6)
    callers.start()
    # Not only the first who met it.
    until(lambda: len(callers.refused) >= 20, "the disk never became full")
    callers.stop()
    for refusal in callers.refused:
        if ": 507 " not in refusal or "disk_full" not in refusal:
            raise Fault(f"a full disk was told as {refusal}")
    return callers


def check_reading(node: Node, token: str, customer: str) -> None:
    api = API(node.url, token)
    for path in ("/api/v1/cases", "/api/v1/obligations", f"/api/v1/customers/{customer}", "/sign-in", "/health/live"):
        found = api.get(path)
        if found.status_code != 200:
            raise Fault(f"{path} answered {found.status_code} while the disk was full")


def drill(folder: Path) -> int:
    place = folder / "disk"
    place.mkdir()
    mount(place, 512 * 1024, again=False)
    node = Node(place / "data", folder / "server.log")
    everything: list[Call] = []
    try:
        node.furnish()
        token = node.token()
        node.start()
        api = API(node.url, token)
        customers = api.customers()
        for round in range(1, ROUNDS + 1):
            mount(place, used(place) + 6 * 1024, again=True)
            callers = fill(node, token, customers, round)
            check_reading(node, token, customers[0])
            waiting = Call("/api/v1/cases", complaint(customers[0], "磁盘满时登记。" * 200), str(uuid.uuid4()))
            told = api.post(waiting.path, waiting.body, waiting.key)
            if told.status_code != 507 or not told.json().get("detail"):
                raise Fault(f"a write on a full disk was told {told.status_code}: {told.text[:300]}")
            mount(place, used(place) + 256 * 1024, again=True)
            # The same request, under its key, and whatever was refused before: without a restart.
            done = [check_once(api, waiting)] + [check_once(api, call) for call in callers.under_way()]
            everything += callers.acknowledged() + done
            check(node, token, everything)
            print(
                f"round {round}: {len(callers.acknowledged())} writes until the disk was full, "
                f"{len(callers.refused)} told 507, reading went on, writing works again", flush=True)
        node.end()
        node.command("verify")
    finally:
        node.kill()
        subprocess.run(["umount", str(place)], capture_output=True)
    return ROUNDS


if __name__ == "__main__":
    sys.exit(drilled("full", drill))
