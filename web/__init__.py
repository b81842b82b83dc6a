"""The Flask layer: reads a request, asks permission, calls one function of the engine, renders the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    """Bind pages, API, commands, languages and errors to an application."""
    from web import account, api, auth, cli, definitions, errors, files, health, incidents, instances, orders
    from web import permissions, present, tasks, worklist

    errors.init_app(app)
    auth.init_app(app)
    present.init_app(app)
    permissions.init_app(app)
    for room in (account, definitions, files, health, incidents, instances, orders, tasks, worklist):
        app.register_blueprint(room.pages)
    api.init_app(app)
    cli.init_app(app)
