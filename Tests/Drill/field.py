"""What the drills share: a node of the program, callers who file and answer complaints, and what must be found afterwards."""

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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from charter_api import API, Body, complaint, response  # noqa: E402

import requests  # noqa: E402

PROGRAM = os.environ.get("CHARTER_BIN", "")
CLAUSE = "D-105"
PATIENCE = 60  # seconds for a command or a start


class Fault(Exception):
    """What a drill is looking for."""


@dataclass
class Call:
    """One write: sent, and perhaps acknowledged."""

    path: str
    body: Body
    key: str
    answer: Body | None = None

    @property
    def is_case(self) -> bool:
        return self.path == "/api/v1/cases"


class Node:
    """The program on one data folder, on a port of its own.

    database: the address of a PostgreSQL database in place of the folder's own file; the folder then holds the key.
    environment: what the process finds besides, such as what moves its clock.
    """

    def __init__(
        self, data: Path, log: Path, database: str | None = None, environment: dict[str, str] | None = None
    ) -> None:
        self.data, self.log, self.database = data, log, database
        self.environment = os.environ | (environment or {})
        self.place = ["--data", str(data)] + (["--database", database] if database else [])
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [PROGRAM, arguments[0], *self.place, *arguments[1:]], env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 5,
        )
        if done.returncode != 0:
            raise Fault(f"charter {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def furnish(self, days: int = 7) -> None:
        """A company of the demo: made now, or taken from the folder that CHARTER_DRILL_DEMO names, which is quicker."""
        made = os.environ.get("CHARTER_DRILL_DEMO")
        if not made:
            self.command("demo", "--days", str(days))
            return
        shutil.copytree(made, self.data)
        if self.database:
            file = self.data / "charter.db"
            done = subprocess.run(
                [PROGRAM, "move", "--from", str(file), "--to", self.database], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=PATIENCE * 5)
            if done.returncode != 0:
                raise Fault(f"charter move ended with {done.returncode}:\n{done.stdout}{done.stderr}")
            file.unlink()

    def token(self, login: str = "xutang") -> str:
        return self.command("token", "--login", login).strip().splitlines()[-1]

    def start(self) -> None:
        if not self.url:
            self.url = f"http://127.0.0.1:{free_port()}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", *self.place, "--port", self.url.rsplit(":", 1)[1]], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        process = self.process

        def answers() -> bool:
            if process.poll() is not None:
                raise Fault(f"the server did not start: it ended with {process.returncode}; see {self.log}")
            return is_answering(self.url)

        until(answers, f"the server did not answer; see {self.log}")

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


def until(is_so: Callable[[], object], otherwise: str) -> None:
    """Waits for a state, never for a time.

    otherwise: the fault, where the state does not come.
    """
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise Fault(f"{otherwise} (after {PATIENCE} seconds)")
        time.sleep(0.05)  # between two looks


def go_on(chance: random.Random, shortest: float, longest: float) -> None:
    """Lets the load go on to a moment that nobody chose: when a fault comes is what is random in a drill."""
    time.sleep(chance.uniform(shortest, longest))


def is_answering(url: str) -> bool:
    try:
        return API(url, None, patience=5).get("/sign-in").status_code == 200
    except requests.RequestException:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Callers:
    """Callers who file complaints and answer every second one.

    patient: a call that fails or is told 503 is sent again under its key, to the next node, until it is answered or
    the load is over; otherwise a caller ends with the first connection that breaks.
    """

    def __init__(
        self, nodes: list[Node], token: str, customers: list[str], seed: int, count: int, patient: bool = False
    ) -> None:
        self.nodes, self.token, self.customers, self.patient = nodes, token, customers, patient
        self.seed = seed
        self.calls: list[list[Call]] = [[] for _ in range(count)]
        self.over = threading.Event()
        self.refused: list[str] = []
        self.unavailable: list[requests.Response] = []
        self.last_answer = 0.0
        self.threads = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(count)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=PATIENCE)

    def work(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        apis = [API(node.url, self.token) for node in self.nodes]
        apis = apis[number % len(apis):] + apis[:number % len(apis)]
        while not self.over.is_set():
            customer = chance.choice(self.customers)
            call = Call("/api/v1/cases", complaint(customer, f"演练 {number}"), str(uuid.uuid4()))
            filed = self.send(apis, number, call)
            if filed is None:
                return
            if filed and chance.random() < 0.5:
                path = f"/api/v1/cases/{filed['id']}/moves"
                if self.send(apis, number, Call(path, response(f"已回电 {number}"), str(uuid.uuid4()))) is None:
                    return

    def send(self, apis: list[API], number: int, call: Call) -> Body | None:
        """The acknowledged answer; {} when the server declined; None when it is gone or the load is over."""
        self.calls[number].append(call)
        while True:
            try:
                answer = apis[0].post(call.path, call.body, call.key)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.ok:
                call.answer = answer.json()
                self.last_answer = time.monotonic()
                return call.answer
            if answer is None or answer.status_code == 503:
                if answer is not None:
                    self.unavailable.append(answer)
                if not self.patient or self.over.wait(0.1):
                    return None
                apis.append(apis.pop(0))
                continue
            if answer.status_code == 429:
                self.over.wait(0.2)
                if self.patient:
                    continue
            else:
                self.refused.append(f"{call.path}: {answer.status_code} {answer.text[:300]}")
                self.over.wait(0.05)
            self.calls[number].pop()
            return {}

    def acknowledged(self) -> list[Call]:
        return [call for calls in self.calls for call in calls if call.answer is not None]

    def under_way(self) -> list[Call]:
        return [call for calls in self.calls for call in calls if call.answer is None]

    def wait_for_more(self, count: int = 0) -> None:
        """Until so many further writes are acknowledged; without a count, as many as there are callers."""
        goal = len(self.acknowledged()) + (count or len(self.calls))
        until(lambda: len(self.acknowledged()) >= goal, "the desk does not take writes")

    def must_have_worked(self) -> None:
        if not self.acknowledged():
            raise Fault("nothing was acknowledged, so nothing was tested: " + "; ".join(self.refused[:3]))
        if self.refused:
            raise Fault("the server declined a proper write: " + self.refused[0])


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


def check(node: Node, token: str, calls: list[Call]) -> None:
    """Every acknowledged case is there, once, with its duty, which is met where the answer was acknowledged."""
    answered = {call.path.split("/")[4] for call in calls if not call.is_case}
    filed = [call for call in calls if call.is_case]
    names = [call.answer["reference"] for call in filed if call.answer]
    if len(names) != len(set(names)):
        raise Fault("two cases were acknowledged under one number")
    local = threading.local()

    def one(call: Call) -> None:
        if not hasattr(local, "api"):
            local.api = API(node.url, token)
        check_case(local.api, call, answered)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, filed))


def number(name: str, otherwise: float) -> float:
    """A figure from the environment."""
    return float(os.environ.get(name, "") or otherwise)


def drilled(name: str, drill: Callable[[Path], int]) -> int:
    """Runs a drill in a scratch folder, which stays when it fails; prints the closing line.

    drill: takes the folder, answers how many rounds passed, raises Fault.
    """
    if not PROGRAM or not os.access(PROGRAM, os.X_OK):
        print("CHARTER_BIN does not name the program; bin/drill sets it", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix=f"charter-{name}-"))
    folder.chmod(0o755)  # a server of another user keeps its files below
    try:
        passed = drill(folder)
    except Fault as fault:
        print(f"\n{name}: {fault}\nThe data and the logs stay in {folder}", flush=True)
        print(f"{name}: failed")
        return 1
    shutil.rmtree(folder)
    print(f"{name}: {passed} passed, 0 failed")
    return 0
