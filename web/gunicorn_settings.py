"""How gunicorn serves: `gunicorn -c python:web.gunicorn_settings "app:create_app()"`. Its own options override these.

Threads, one process: the engine thread batches what the request threads bring, so more processes make smaller batches.
"""

from __future__ import annotations

from typing import Any

from app import Settings
from web import logs, metrics

_settings = Settings()

bind = f"127.0.0.1:{_settings.port}"
worker_class = "gthread"
workers = _settings.web_processes
threads = _settings.web_threads
keepalive = 30  # seconds; a proxy and a browser send the next request over the same connection
control_socket_disable = True
accesslog = None  # the application writes a line per request, without addresses
logconfig_dict = logs.config(_settings.log_level) | {
    "loggers": logs.config(_settings.log_level)["loggers"]
    | {"gunicorn.error": {"level": "INFO", "handlers": ["lines"], "propagate": False}}
}


def on_starting(_server: Any) -> None:
    """Before the first process."""
    metrics.sweep()


def child_exit(_server: Any, worker: Any) -> None:
    """A process has ended; another one follows."""
    metrics.ended(worker.pid)
