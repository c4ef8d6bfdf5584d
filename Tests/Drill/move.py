"""Moves an installation to PostgreSQL and home again. Both ways are broken off once, and nothing is lost or changed.

What came home is compared with what went, row for row, by what Python reads of the two files; what lies on the server, by
the program's own hashes and by counting. `charter verify` must find nothing wrong at any of the three places.

CHARTER_DRILL_ROUNDS   2: so often there and back
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from field import API, PROGRAM, Callers, Fault, Node, drilled, go_on, number
from postgres import Postgres

ROUNDS = int(number("CHARTER_DRILL_ROUNDS", 2))
# Three hundred at a time; few where the demo is one that serves all drills in their short forms.
PORTIONS = 2 if os.environ.get("CHARTER_DRILL_DEMO") else 15
SEED = int(number("CHARTER_DRILL_SEED", random.SystemRandom().randrange(1, 2**32)))
# Of a server that runs, and nobody's property; and when which schema was made, which each place has of its own. What is
# attached lies in files here and in pieces there.
PASSING = {"lease", "shared_count", "schema_migration", "attachment_piece"}


def tables(file: Path) -> dict[str, tuple[int, str]]:
    """Of each table of a file, how many rows it has, and a hash over all of them."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as base:
        names = [
            name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            if not name.startswith("sqlite_") and name not in PASSING
        ]
        found = {}
        for name in names:
            # By themselves, in an order that no engine chose.
            rows = sorted(repr(row).encode() for row in base.execute(f'SELECT * FROM "{name}"'))
            found[name] = (len(rows), hashlib.sha256(b"\n".join(rows)).hexdigest())
        return found


def attached(file: Path) -> dict[str, str]:
    """Of each attached file, by its name in the folder beside the database, a hash over what it holds."""
    folder = file.parent / "attachments"
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.rglob("*") if each.is_file()
    }


def check_attached(server: Postgres, database: str, before: dict[str, str]) -> None:
    """Each file's pieces, put together in their order, are what the file holds."""
    rows = server.tell(
        "SELECT content::text || ' ' || encode(sha256(string_agg(piece, ''::bytea ORDER BY ordinal)), 'hex')"
        " FROM attachment_piece GROUP BY content", database)
    there = dict(row.split() for row in rows.splitlines())
    if there != before:
        raise Fault(f"{len(before)} attached files went, and {len(there)} are on the server, or hold something else")


def check_same(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> None:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            raise Fault(f"{name} came home otherwise: {before.get(name)} went, {after.get(name)} came")


def check_counts(server: Postgres, database: str, before: dict[str, tuple[int, str]]) -> None:
    for name, (rows, _) in before.items():
        there = server.tell(f"SELECT count(*) FROM {name}", database)
        if there != str(rows):
            raise Fault(f"{rows} rows of {name} went, {there} are on the server")


def move(chance: random.Random, place: str, to: str) -> str:
    """Begins, is killed on the way, and goes on when it is run again."""
    arguments = [PROGRAM, "move", "--from", place, "--to", to]
    broken = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    go_on(chance, 0.2, 1.5)
    broken.kill()  # SIGKILL to this process and no other
    broken.wait()
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Fault(f"charter move ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def drill(folder: Path) -> int:
    chance = random.Random(SEED)
    print(f"seed {SEED}", flush=True)
    server = Postgres(folder / "server")
    node = Node(folder / "data", folder / "node.log")
    try:
        node.furnish(days=60)
        token = node.token()
        node.start()
        callers = Callers([node], token, API(node.url, token).customers(), chance.randrange(2**32), count=6)
        callers.start()
        for _ in range(PORTIONS):
            callers.wait_for_more(300)
        callers.stop()
        callers.must_have_worked()
        node.end()
        server.found()
        server.start()
        server.make("charter")
        file = folder / "data" / "charter.db"
        before, files = tables(file), attached(file)
        if not files:
            raise Fault("nothing is attached, so this says nothing of files")
        rows = sum(count for count, _ in before.values())
        for round in range(1, ROUNDS + 1):
            database = f"charter_{round}"
            server.tell(f"CREATE DATABASE {database} OWNER charter")
            address = server.address(database)
            there = move(chance, str(file), address)
            check_counts(server, database, before)
            check_attached(server, database, files)
            print(Node(folder / "data", node.log, database=address).command("verify").strip(), flush=True)
            home = folder / f"home-{round}"
            home.mkdir()
            back = move(chance, address, str(home / "charter.db"))
            if there != back:
                raise Fault(f"there: {there}\nback: {back}")
            shutil.copy(folder / "data" / "charter.key", home)
            Node(home, node.log).command("verify")
            check_same(before, tables(home / "charter.db"))
            if attached(home / "charter.db") != files:
                raise Fault("what is attached came home otherwise")
            file = home / "charter.db"
            print(f"round {round}: {rows} rows in {len(before)} tables and {len(files)} files there and back. {back}", flush=True)
    finally:
        node.kill()
        server.end()
    return ROUNDS


if __name__ == "__main__":
    sys.exit(drilled("move", drill))
