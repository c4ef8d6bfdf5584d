"""A PostgreSQL server of the drill's own, with a standby where one is wanted. Its files are the drill's; nothing else is touched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from field import PATIENCE, Fault, free_port, until

# The program's own role is a plain one, as it asks for; the drill looks in as the superuser.
NAME, OVERSEER, PASSWORD = "charter", "postgres", "drill"


def bindir() -> Path:
    return Path(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip())


class Postgres:
    """One server on a folder and a port of its own. It refuses to run as root; root hands it to the user postgres."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder.with_suffix(".log")
        self.port = free_port()
        self.bin = bindir()
        self.process: subprocess.Popen[bytes] | None = None

    def found(self) -> None:
        """Makes an empty cluster."""
        self.own()
        secret = self.folder.with_suffix(".password")
        secret.write_text(PASSWORD + "\n")
        self.run(
            "initdb", "--pgdata", str(self.folder), "--username", OVERSEER, "--auth", "scram-sha-256",
            "--pwfile", str(secret), "--encoding", "UTF8", "--locale", "C.UTF-8",
        )
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write("host replication all 127.0.0.1/32 scram-sha-256\n")

    def clone(self, primary: Postgres) -> None:
        """Makes a standby of another server as it runs."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.own()
        self.run(
            "pg_basebackup", "--dbname", primary.address("postgres", OVERSEER), "--pgdata", str(self.folder),
            "--write-recovery-conf", "--checkpoint", "fast", "--no-password",
        )

    def own(self) -> None:
        self.folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def start(self, *settings: str) -> None:
        given = [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "wal_level=replica",
            "max_wal_senders=8", "hot_standby=on", *settings,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.user(), str(self.bin / "postgres"), "-D", str(self.folder), "-p", str(self.port)]
                + [part for setting in given for part in ("-c", setting)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        self.wait("the server did not start", lambda: self.answers("SELECT 1") == "1")

    def answers(self, sql: str, database: str = "postgres") -> str | None:
        """What a query says, trimmed; None when the server does not answer."""
        done = subprocess.run(
            [str(self.bin / "psql"), "--no-psqlrc", "-qAt", self.address(database, OVERSEER), "-c", sql],
            capture_output=True, text=True, timeout=PATIENCE,
        )
        return done.stdout.strip() if done.returncode == 0 else None

    def tell(self, sql: str, database: str = "postgres") -> str:
        said = self.answers(sql, database)
        if said is None:
            raise Fault(f"the database server refused: {sql}; see {self.log}")
        return said

    def kill(self) -> None:
        """SIGKILL to the server's own process; its children notice and go."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait(timeout=PATIENCE)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "--pgdata", str(self.folder), "--wait")

    def follow(self, standby: Postgres) -> None:
        """From now on no commit is acknowledged that the standby does not have on disk."""
        self.tell("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.tell("SELECT pg_reload_conf()")
        self.wait(
            "the standby did not come in step",
            lambda: self.answers("SELECT sync_state FROM pg_stat_replication") == "sync"
            and self.answers("SHOW synchronous_standby_names") == "*",
        )

    def alone(self) -> None:
        """Waits for no standby: the one there was has been promoted."""
        self.tell("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.tell("SELECT pg_reload_conf()")

    def make(self, database: str) -> None:
        """An empty database of the program's own role."""
        self.tell(f"CREATE ROLE {NAME} LOGIN PASSWORD '{PASSWORD}'")
        self.tell(f"CREATE DATABASE {database} OWNER {NAME}")

    def address(self, database: str, name: str = NAME) -> str:
        return f"postgres://{name}:{PASSWORD}@127.0.0.1:{self.port}/{database}?connect_timeout=5"

    def user(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self.user(), str(self.bin / program), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=PATIENCE * 5, cwd="/",
        )
        if done.returncode != 0:
            raise Fault(f"{program} ended with {done.returncode}: {done.stderr.strip()[-500:]}")

    def wait(self, what: str, is_so: Callable[[], bool]) -> None:
        def is_so_and_runs() -> bool:
            if self.process and self.process.poll() is not None:
                raise Fault(f"the database server ended with {self.process.returncode}; see {self.log}")
            return is_so()

        until(is_so_and_runs, f"{what}; see {self.log}")


def both(first: Postgres, second: Postgres, database: str) -> str:
    """The address of whichever of two servers takes writes."""
    return (
        f"postgres://{NAME}:{PASSWORD}@127.0.0.1:{first.port},127.0.0.1:{second.port}/{database}"
        "?target_session_attrs=read-write&connect_timeout=5"
    )
