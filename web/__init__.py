"""The Flask layer: reads a request, asks permission, calls one function of the engine, renders the answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

ROOMS = (
    "account", "actions", "bad_reviews", "bulletins", "calendar", "calls", "campaigns", "clocks", "clues", "command",
    "coverage", "deferrals", "definitions", "duty", "files", "health", "incidents", "instances", "knowledge",
    "letters", "lines", "masses", "metrics", "modeler", "orders", "organisation", "platform", "precedents",
    "readings", "recusals", "studio", "substitutes", "tasks", "trainings", "transfers", "worklist",
)  # fmt: skip


def init_app(app: APIFlask) -> None:
    """Bind pages, API, commands, languages and errors to an application."""
    from web import api, auth, cli, errors, logs, metrics, permissions, present

    for part in (logs, metrics, errors, auth, present, permissions):
        part.init_app(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"web.{room}").pages)
    for part in (api, cli):
        part.init_app(app)
