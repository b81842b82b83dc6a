"""A cluster of a drill's own on loopback: three nodes of PostgreSQL under Patroni, three of etcd, as Debian ships them.

A node is killed whole, Patroni and PostgreSQL with all their processes, after the network to the standbys was cut for a
moment. What was acknowledged in that moment is lost, unless a commit waits for a standby (`synchronous_mode`).
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

NODES = ("n1", "n2", "n3")
KIND = "leaders killed"
PROGRAMS = {"patroni": "patroni", "etcd": "etcd-server", "pg_basebackup": "postgresql"}  # and Debian's packages
CUT = 1.0  # seconds without network before a leader dies
WHOLE, RISEN = 180.0, 90.0  # seconds to get three nodes in step, and a leader, or give up
PASSWORD = "drill"


def missing() -> list[str]:
    """Debian's packages that are not here."""
    return [package for program, package in PROGRAMS.items() if _program(program) is None]


def _program(name: str) -> str | None:
    found = [shutil.which(name), *sorted(str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    return next((each for each in reversed(found) if each), None)


class Cluster:
    """It is killed as a server is (`postgres.Server`), and rises by itself."""

    kinds, pauses = (KIND,), (4.0, 8.0)

    def __init__(self, home: Path) -> None:
        self.home, self.synchronous = home, True
        self.user = "postgres" if getpass.getuser() == "root" else None  # PostgreSQL does not run as root
        ports = _free_ports(4 * len(NODES))
        self.pg, self.api, self.client, self.peer = (dict(zip(NODES, ports[n::4], strict=False)) for n in range(4))
        hosts = "&".join(f"host=127.0.0.1:{port}" for port in self.pg.values())
        options = "target_session_attrs=read-write&connect_timeout=3"
        self.url = f"postgresql+psycopg://postgres:{PASSWORD}@/postgres?{hosts}&{options}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        if self.user:
            os.chown(self.home, pwd.getpwnam(self.user).pw_uid, -1)
        members = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in self.peer.items())
        for name in NODES:
            own, peers = f"http://127.0.0.1:{self.client[name]}", f"http://127.0.0.1:{self.peer[name]}"
            self._run(
                f"etcd {name}", "etcd", "--name", name, "--data-dir", str(self.home / f"etcd-{name}"),
                "--listen-client-urls", own, "--advertise-client-urls", own, "--listen-peer-urls", peers,
                "--initial-advertise-peer-urls", peers, "--initial-cluster", members,
                "--heartbeat-interval", "250", "--election-timeout", "2500",
            )  # fmt: skip
        for name in NODES:
            (self.home / f"{name}.yml").write_text(json.dumps(self._settings(name)))  # JSON is YAML
            self._node(name)
        self._until(lambda: self.leader() is not None and self._whole(), WHOLE, "the cluster did not come up")

    def kill(self, dice: random.Random) -> str | None:
        """Cut the leader off, then kill its node whole. None as long as not all nodes are in step."""
        leader = self.leader()
        if leader is None or not self._whole():
            return None
        receivers = [pid for name in NODES if name != leader for pid in self._processes(name, "walreceiver")]
        for pid in receivers:
            _send(pid, signal.SIGSTOP)
        time.sleep(CUT * dice.uniform(0.5, 1.0))
        for pid in [self.processes[leader].pid, *self._processes(leader)]:
            _send(pid, signal.SIGKILL)
        self.processes[leader].wait()
        for pid in receivers:  # what still lies in their sockets is lost with the network
            _send(pid, signal.SIGTERM)
            _send(pid, signal.SIGCONT)
        self.killed = leader
        return KIND

    def rise(self) -> None:
        """Wait until another node leads and takes writes; then the dead one comes back, to follow it."""
        self._until(lambda: self.leader() not in (None, self.killed) and self._writable(), RISEN, "nobody leads")
        self._node(self.killed)

    def answer_early(self) -> None:
        """The control: from now on commits wait for no standby."""
        body, name = b'{"synchronous_mode": false}', self.leader() or NODES[0]
        change = urllib.request.Request(f"http://127.0.0.1:{self.api[name]}/config", body, method="PATCH")
        urllib.request.urlopen(change, timeout=10).close()
        self.synchronous = False
        self._until(self._waits_for_nobody, RISEN, "the settings did not arrive")

    def leader(self) -> str | None:
        """The node that leads, by what the nodes say."""
        return next((name for name in NODES if self._answers(name, "primary")), None)

    def stop(self) -> None:
        for name in NODES:
            for pid in [self.processes[name].pid, *self._processes(name)] if name in self.processes else ():
                _send(pid, signal.SIGKILL)
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _node(self, name: str) -> None:
        self._run(name, "patroni", str(self.home / f"{name}.yml"))

    def _run(self, name: str, program: str, *options: str) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            command = [_program(program) or program, *options]
            self.processes[name] = subprocess.Popen(
                command, cwd=self.home, user=self.user, stdout=log, stderr=log, start_new_session=True
            )

    def _settings(self, name: str) -> dict[str, Any]:
        """A node's settings. `bootstrap.dcs` is what matters; docs/operating.md explains it."""
        access = [f"host {what} all 127.0.0.1/32 scram-sha-256" for what in ("all", "replication")]
        return {
            "scope": "banjie",
            "name": name,
            "restapi": {"listen": f"127.0.0.1:{self.api[name]}", "connect_address": f"127.0.0.1:{self.api[name]}"},
            "etcd3": {"hosts": [f"127.0.0.1:{port}" for port in self.client.values()]},
            "bootstrap": {
                "dcs": {
                    "ttl": 20,
                    "loop_wait": 2,
                    "retry_timeout": 5,
                    "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {"synchronous_commit": "on", "max_connections": 100, "wal_log_hints": "on"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
                "pg_hba": access,
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.pg[name]}",
                "connect_address": f"127.0.0.1:{self.pg[name]}",
                "data_dir": str(self.home / f"data-{name}"),
                "bin_dir": str(Path(_program("pg_basebackup") or "").parent),
                "pgpass": str(self.home / f"pgpass-{name}"),
                "parameters": {"unix_socket_directories": str(self.home)},
                "authentication": {
                    "superuser": {"username": "postgres", "password": PASSWORD},
                    "replication": {"username": "replicator", "password": PASSWORD},
                },
            },
        }

    def _answers(self, name: str, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api[name]}/{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _whole(self) -> bool:
        """Do both others stream, and, where commits wait for one, is it named?"""
        query = "SELECT count(*), count(*) FILTER (WHERE sync_state = 'sync') FROM pg_stat_replication"
        try:
            with self._connect() as connection:
                streaming, waited_for = connection.execute(f"{query} WHERE state = 'streaming'").fetchone() or (0, 0)
        except psycopg.Error:
            return False
        return streaming == len(NODES) - 1 and (waited_for == 1 or not self.synchronous)

    def _waits_for_nobody(self) -> bool:
        with self._connect() as connection:
            return connection.execute("SHOW synchronous_standby_names").fetchone() == ("",)

    def _writable(self) -> bool:
        try:
            with self._connect() as connection:
                connection.execute("CREATE TEMPORARY TABLE probe (n int)")
                return True
        except psycopg.Error:
            return False

    def _connect(self) -> psycopg.Connection[Any]:
        ports = ",".join(str(port) for port in self.pg.values())
        return psycopg.connect(
            host=",".join(["127.0.0.1"] * len(NODES)), port=ports, user="postgres", password=PASSWORD,
            dbname="postgres", target_session_attrs="read-write", connect_timeout=3,
        )  # fmt: skip

    def _processes(self, name: str, title: str = "") -> list[int]:
        """PostgreSQL's processes of a node, or those whose title says so."""
        try:
            postmaster = int((self.home / f"data-{name}" / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return []
        found = [] if title else [postmaster]
        for child in _children(postmaster):
            with contextlib.suppress(OSError):
                if title in Path(f"/proc/{child}/cmdline").read_text():
                    found.append(child)
        return found

    @staticmethod
    def _until(holds: Callable[[], bool], seconds: float, else_: str) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(else_)
            time.sleep(0.1)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster with a leader and two standbys in step, which ends with the body."""
    with tempfile.TemporaryDirectory(prefix="banjie-cluster-", ignore_cleanup_errors=True) as home:
        made = Cluster(Path(home))
        try:
            made.start()
            yield made
        except BaseException:
            for log in Path(home).glob("*.log"):
                print(f"-- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
            raise
        finally:
            made.stop()


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _free_ports(number: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
