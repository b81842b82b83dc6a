"""The engine: runs processes, knows nothing of HTTP. Its door is this list of names, in the glossary's order."""

from __future__ import annotations

from flask import Flask

from engine import definitions, incidents, instances, jobs, messages, queries, registry, store, tasks, timers
from engine.db import db, transaction

__all__ = [
    "db",
    "definitions",
    "incidents",
    "init_app",
    "instances",
    "jobs",
    "messages",
    "queries",
    "registry",
    "store",
    "tasks",
    "timers",
    "transaction",
]


def init_app(app: Flask) -> None:
    """Bind the engine to an application: its database and its door (started at the first command)."""
    db.init_app(app)
    store.init_app(app)
