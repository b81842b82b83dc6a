"""The Flask layer: reads a request, asks permission, calls one function of the engine, renders the answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

ROOMS = ("account", "definitions", "files", "health", "incidents", "instances", "orders", "tasks", "worklist")


def init_app(app: APIFlask) -> None:
    """Bind pages, API, commands, languages and errors to an application."""
    from web import auth, errors, permissions, present

    for part in (errors, auth, present, permissions):
        part.init_app(app)
    for room in ROOMS:
        try:
            app.register_blueprint(import_module(f"web.{room}").pages)
        except ImportError:
            pass
    for room in ("api", "cli"):
        try:
            import_module(f"web.{room}").init_app(app)
        except ImportError:
            pass
