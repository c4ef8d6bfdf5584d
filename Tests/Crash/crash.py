"""Kills the server under load, again and again. Whatever it acknowledged must be there afterwards, whole.

Each round: callers file and answer complaints; at a random moment the process is killed; `charter verify` reads the
data; the server starts again; every acknowledged case and answer is asked for; what was under way when the process died is sent again
under its old key, and must be done exactly once.

CHARTER_BIN                the program
CHARTER_CRASH_ROUNDS       50
CHARTER_CRASH_SECONDS      1200, for the whole test; no new round begins after that
CHARTER_CRASH_CALLERS      6
CHARTER_CRASH_SEED         repeats the moments of an earlier run
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from charter_api import API, Body, complaint, response  # noqa: E402

import requests  # noqa: E402

PROGRAM = os.environ.get("CHARTER_BIN", "")
ROUNDS = int(os.environ.get("CHARTER_CRASH_ROUNDS", "50"))
SECONDS = float(os.environ.get("CHARTER_CRASH_SECONDS", "1200"))
CALLERS = int(os.environ.get("CHARTER_CRASH_CALLERS", "6"))
SEED = int(os.environ.get("CHARTER_CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
CLAUSE = "D-105"
PATIENCE = 60  # seconds for a command or a start


class Fault(Exception):
    """What the test was looking for."""


@dataclass
class Call:
    """One write: sent, and perhaps acknowledged."""

    path: str
    body: Body
    key: str
    answer: Body | None = None


class Server:
    """The program on one data folder, on a port of its own."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.log = data, log
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [PROGRAM, arguments[0], "--data", str(self.data), *arguments[1:]],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 5,
        )
        if done.returncode != 0:
            raise Fault(f"charter {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--data", str(self.data), "--port", str(port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        probe_api = API(self.url, None, patience=5)
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Fault(f"the server did not start again: it ended with {self.process.returncode}")
            try:
                if probe_api.get("/sign-in").status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise Fault(f"the server did not answer within {PATIENCE} seconds")

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()  # SIGKILL to this process and no other
        if self.process:
            self.process.wait(timeout=PATIENCE)

    def end(self) -> None:
        """As an administrator ends it; it has to go by itself and say that all is well."""
        assert self.process
        self.process.terminate()
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Fault("the server did not end when asked to") from None
        if code not in (0, -15):
            raise Fault(f"the server ended with {code} when asked to end")


class Load:
    """Callers who file complaints and answer every second one, until the server is gone."""

    def __init__(self, server: Server, token: str, customers: list[str], seed: int) -> None:
        self.server, self.token, self.customers = server, token, customers
        self.seed = seed
        self.calls: list[list[Call]] = [[] for _ in range(CALLERS)]
        self.over = threading.Event()
        self.refused: list[str] = []
        self.threads = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(CALLERS)]

    def run(self, seconds: float) -> None:
        for thread in self.threads:
            thread.start()
        time.sleep(seconds)  # the moment of the crash is what is random here
        self.server.kill()
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=PATIENCE)

    def work(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        api = API(self.server.url, self.token)
        while not self.over.is_set():
            customer = chance.choice(self.customers)
            filed = self.send(api, number, Call("/api/v1/cases", complaint(customer, f"崩溃测试 {number}"), str(uuid.uuid4())))
            if filed is None:
                return
            if filed and chance.random() < 0.5:
                path = f"/api/v1/cases/{filed['id']}/moves"
                if self.send(api, number, Call(path, response(f"已回电 {number}"), str(uuid.uuid4()))) is None:
                    return

    def send(self, api: API, number: int, call: Call) -> Body | None:
        """The acknowledged answer; {} when the server declined; None when it is gone."""
        self.calls[number].append(call)
        try:
            answer = api.post(call.path, call.body, call.key)
        except requests.RequestException:
            return None
        if answer.ok:
            call.answer = answer.json()
            return call.answer
        self.calls[number].pop()
        if answer.status_code == 429:
            self.over.wait(0.2)
        else:
            self.refused.append(f"{call.path}: {answer.status_code} {answer.text[:300]}")
            self.over.wait(0.05)
        return {}

    def acknowledged(self) -> list[Call]:
        return [call for calls in self.calls for call in calls if call.answer is not None]

    def under_way(self) -> list[Call]:
        return [call for calls in self.calls for call in calls if call.answer is None]


def check_case(api: API, filed: Call, answered: set[str]) -> None:
    assert filed.answer
    case, reference = filed.answer["id"], filed.answer["reference"]
    found = api.get(f"/api/v1/cases/{case}")
    if found.status_code != 200:
        raise Fault(f"{reference} was acknowledged and is gone: {found.status_code}")
    if found.json()["reference"] != reference:
        raise Fault(f"{reference} came back as {found.json()['reference']}")
    states = [duty["state"] for duty in api.obligations(case) if duty["clause"] == CLAUSE]
    if len(states) != 1:
        raise Fault(f"{reference} has {len(states)} duties under {CLAUSE}; one belongs to it")
    if case in answered and states != ["met"]:
        raise Fault(f"the answer to {reference} was acknowledged and its duty is {states[0]}")


def check_once(api: API, call: Call) -> Call:
    """Sends again what was under way, twice: it is done once, whether or not the first sending arrived."""
    first, second = (api.post(call.path, call.body, call.key) for _ in range(2))
    if not first.ok or not second.ok:
        raise Fault(f"{call.path} sent again under its key: {first.status_code}, {second.status_code}: {first.text[:300]}")
    if first.json() != second.json():
        raise Fault(f"{call.path} under one key gave two answers")
    return Call(call.path, call.body, call.key, first.json())


def is_case(call: Call) -> bool:
    return call.path == "/api/v1/cases"


def check(api_url: str, token: str, calls: list[Call]) -> None:
    answered = {call.path.split("/")[4] for call in calls if not is_case(call)}
    local = threading.local()

    def one(call: Call) -> None:
        if not hasattr(local, "api"):
            local.api = API(api_url, token)
        check_case(local.api, call, answered)

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(one, [call for call in calls if is_case(call)]))


def main() -> int:
    if not PROGRAM or not os.access(PROGRAM, os.X_OK):
        print("CHARTER_BIN does not name the program; bin/crash sets it", file=sys.stderr)
        return 2
    chance = random.Random(SEED)
    folder = Path(tempfile.mkdtemp(prefix="charter-crash-"))
    server = Server(folder / "data", folder / "server.log")
    began = time.monotonic()
    done = writes = 0
    everything: list[Call] = []
    try:
        server.command("demo", "--fresh")
        token = server.command("token", "--login", "xutang").strip().splitlines()[-1]
        server.start()
        customers = API(server.url, token).customers()
        while done < ROUNDS and time.monotonic() - began < SECONDS:
            load = Load(server, token, customers, chance.randrange(2**32))
            load.run(chance.uniform(0.2, 2.0))
            acknowledged, under_way = load.acknowledged(), load.under_way()
            if not acknowledged:
                raise Fault("nothing was acknowledged, so nothing was tested: " + "; ".join(load.refused[:3]))
            if load.refused:
                raise Fault("the server declined a proper write: " + load.refused[0])
            server.command("verify")
            server.start()
            api = API(server.url, token)
            acknowledged += [check_once(api, call) for call in under_way]
            earlier = chance.sample(everything, min(40, len(everything)))
            moves = [call for call in everything if not is_case(call)]
            check(server.url, token, acknowledged + [call for call in earlier if is_case(call)] + moves)
            everything += acknowledged
            writes += len(acknowledged)
            done += 1
            print(f"round {done}: {len(acknowledged)} writes, {len(under_way)} of them sent again", flush=True)
        server.end()
        server.command("verify")
    except Fault as fault:
        print(f"\nround {done + 1}: {fault}\nThe data and the server's log stay in {folder}; seed {SEED}", flush=True)
        print(f"{done} passed, 1 failed")
        return 1
    finally:
        server.kill()
    shutil.rmtree(folder)
    if done < ROUNDS:
        print(f"stopped after {done} of {ROUNDS} rounds: {SECONDS:.0f} seconds are over")
    print(f"{writes} acknowledged writes, none lost; seed {SEED}")
    print(f"{done} passed, 0 failed")
    return 0 if done == ROUNDS else 1


if __name__ == "__main__":
    sys.exit(main())
