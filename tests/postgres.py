"""A PostgreSQL server of the tests' own, of Debian's package, run by an ordinary user on a free port."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

USER = "bot"
PASSWORD = "p@ss:w/rd? #1%ю"
OWNER = "owner"
# Without fsync a killed server loses nothing, only a machine would.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "logging_collector": "off",
}


def programs() -> Path:
    """Where the newest server's programs are; skips the test where there is none on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


class Server:
    """`start` and `stop` as often as wanted; `remove` once. The bot's user is no superuser."""

    def __init__(self, folder: Path, *, durable: bool = False, of: Server | None = None) -> None:
        """`durable`: a commit waits for the disk, as it does in earnest. `of`: the one of which this is a
        replica, for which that one's commits wait from then on.
        """
        self._settings = {**_SETTINGS, "fsync": "on" if durable else "off"}
        self._programs = folder
        self._owner: dict[str, Any] = {}
        self._home = Path(tempfile.mkdtemp(prefix="postgres-"))
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            user = pwd.getpwnam("nobody")
            os.chown(self._home, user.pw_uid, user.pw_gid)
            self._owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._data = self._home / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._templates: set[str] = set()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        if of is None:
            self._make()
        else:
            self._follow(of)

    def _make(self) -> None:
        self._run("initdb", "-D", self._data, "-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C", "-N")
        rules = [
            f"local all all trust\nhost all,replication {OWNER} 127.0.0.1/32 trust\n",
            f"host all {USER} 127.0.0.1/32 ",
        ]
        (self._data / "pg_hba.conf").write_text(f"{''.join(rules)}scram-sha-256\n")
        self.start()
        self.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")

    def _follow(self, of: Server) -> None:
        self._run("pg_basebackup", "-D", self._data, "-d", of.url("postgres", OWNER), "-R", "-c", "fast")
        self.start()
        of.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        of.execute("SELECT pg_reload_conf()")
        while of.execute("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            time.sleep(0.02)

    def promote(self) -> None:
        """A replica takes writes from then on."""
        assert self.execute("SELECT pg_promote()") == [(True,)]

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, cwd=self._home, stdout=subprocess.DEVNULL, **self._owner)  # noqa: S603

    def start(self) -> None:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        places = ("-D", str(self._data), "-p", str(self.port), "-k", str(self._home))
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [str(self._programs / "postgres"), *places, *settings],
                cwd=self._home,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._owner,
            )
        deadline_s = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self.url("postgres", OWNER)).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline_s, (self._home / "log").read_text()
                assert self._process.poll() is None, (self._home / "log").read_text()
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends all sessions at once and in order; SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start()

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._home)

    def url(self, name: str, user: str = USER) -> str:
        password = f":{quote(PASSWORD, safe='')}" if user == USER else ""
        return f"postgresql://{user}{password}@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, name: str = "postgres") -> list[Any]:
        """As the server's owner."""
        with psycopg.connect(self.url(name, OWNER), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create(self, *, template: str = "template0") -> str:
        """A new database's name."""
        name = f"bot{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def fill_disk(self, name: str) -> None:
        """A database's writes are refused as they are when there is no space left."""
        self.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
            name,
        )
        for (table,) in self.execute(f"SELECT tablename FROM pg_tables WHERE tableowner = '{USER}'", name):  # noqa: S608
            self.execute(
                f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON {table}"
                " EXECUTE FUNCTION full_disk()",
                name,
            )

    def free_disk(self, name: str) -> None:
        self.execute("DROP FUNCTION full_disk CASCADE", name)

    def end_sessions(self, name: str, *, but_waiting: bool = False) -> int:
        """Ends sessions of a database, as an operator or a failing network would; how many.

        `but_waiting`: not those that only wait for their turn.
        """
        waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'"
        rows = self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"  # noqa: S608
            f" AND datname = '{name}' AND NOT ({but_waiting} AND pid IN ({waiting}))"
        )
        return len(rows)
