"""The engine: runs processes, knows nothing of HTTP. `engine/README.md` has the words and the way of a command.

Import its rooms by name (`from engine import tasks`); this module imports none of them, so that a pure room such
as `engine.feel` can be used alone, without a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Bind the engine to an application: its database and its door (started at the first command)."""
    from engine import db, store

    db.db.init_app(app)
    store.init_app(app)
