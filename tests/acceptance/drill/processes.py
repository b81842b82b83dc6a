"""The processes that are killed: gunicorn's workers and the engine's worker, each under a keeper that forks it anew.

The application is imported once, before the first fork, so a kill costs milliseconds instead of seconds. The keepers
are forked while the drill has one thread only: a fork among running threads would inherit their locks.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication

from engine import scheduler

KINDS = ("web", "worker")
WEB_WORKERS = 2  # a request sent again may reach another process than the first time
TICK = 0.05  # seconds between two looks of the worker
PR_SET_PDEATHSIG = 1


class Processes:
    """A gunicorn and a keeper of the worker; both write to `log`."""

    def __init__(self, app: Flask, log: Path) -> None:
        self.log = log
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self.socket.getsockname()[1]
        self.keepers = {
            "web": self._fork(lambda: _Web(app, self.socket.fileno()).run()),
            "worker": self._fork(lambda: _keep_worker(app)),
        }

    def kill(self, kind: str, dice: random.Random) -> bool:
        """Kill one process of this kind with -9. False when none stands at the moment (it is being forked anew)."""
        children = _children(self.keepers[kind])
        if not children:
            return False
        os.kill(dice.choice(children), signal.SIGKILL)
        return True

    def alive(self) -> bool:
        """Do both keepers still stand? They end only when a process fails by itself."""
        return all(os.waitpid(keeper, os.WNOHANG) == (0, 0) for keeper in self.keepers.values())

    def stop(self) -> None:
        """Kill everything, keepers first: each heads a process group of its own."""
        for keeper in self.keepers.values():
            try:
                os.killpg(keeper, signal.SIGKILL)
                os.waitpid(keeper, 0)
            except (ProcessLookupError, ChildProcessError):
                pass  # it has ended by itself
        self.socket.close()

    def _fork(self, run: Callable[[], Any]) -> int:
        pid = os.fork()
        if not pid:
            os.setpgrp()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            _run(run)
        return pid


class _Web(BaseApplication):
    """gunicorn, serving an application that is already imported on a socket that is already open."""

    def __init__(self, app: Flask, listening: int) -> None:
        self.app, self.listening = app, listening
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self.listening}",
            "workers": WEB_WORKERS,
            "threads": 8,
            "worker_class": "gthread",
            "preload_app": True,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_fork": lambda _server, _worker: die_with_parent(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def _keep_worker(app: Flask) -> None:
    """Fork the worker, and again when it was killed. One that ends by itself ends the drill."""
    status: int = signal.SIGKILL
    while status == signal.SIGKILL:
        pid = os.fork()
        if not pid:
            _run(lambda: scheduler.run(app, TICK, threading.Event()))
        _pid, status = os.waitpid(pid, 0)
        time.sleep(0.01)


def _run(run: Callable[[], Any]) -> NoReturn:
    """The life of a forked process: it never returns into the drill's own code."""
    die_with_parent()
    try:
        run()
    finally:
        os._exit(1)


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
