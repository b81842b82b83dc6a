"""`make run`: the demo on one machine. Prepares the database, the bundles, the people and some orders; then serves.

The worker is a process of its own, as in production: killed, it is started anew, as gunicorn does with its own.
When the server ends, so does the worker.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from app import ROOT, Settings, create_app
from web import demo, metrics


def main() -> None:
    """Serve until interrupted."""
    os.environ.setdefault("BANJIE_DEMO", "true")
    os.environ.setdefault("BANJIE_LOG_LEVEL", "warning")  # the terminal is for people
    os.environ.setdefault(metrics.FOLDER, str(ROOT / "instance" / "metrics"))
    settings = Settings()
    app = create_app()
    with app.app_context():
        demo.prepare(app)
    environment = os.environ | {"FLASK_APP": "app:create_app"}
    worker = _worker(environment)
    server = subprocess.Popen(server_command(settings.port), env=environment)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if _answers(settings.port, server):
            print(demo.how_to_sign_in(settings.port), flush=True)
        while server.poll() is None:
            time.sleep(0.5)
            if worker.poll() is not None and server.poll() is None:
                print(f"the worker ended with {worker.returncode}: a new one is started", flush=True)
                worker = _worker(environment)
    finally:
        for process in (server, worker):
            process.terminate()
            process.wait(10)


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "flask", "worker"], env=environment)


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server can be visited; False when it has given up, having said why."""
    while server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.1)
    return False


def server_command(port: int) -> list[str]:
    """gunicorn on this port of this machine."""
    settings = ["-c", "python:web.gunicorn_settings", "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *settings, "app:create_app()"]
