"""The engine: runs processes, knows nothing of HTTP. `engine/README.md` has the words and the way of a command.

Import its rooms by name (`from engine import tasks`); this module imports none of them, so that a pure room such
as `engine.feel` can be used alone, without a database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

MIGRATIONS = Path(__file__).parent / "migrations"


def init_app(app: Flask) -> None:
    """Bind the engine to an application: its database and its door (started at the first command)."""
    from flask_migrate import Migrate

    from engine import connectors, db, store  # noqa: F401  (the connectors register themselves)

    db.db.init_app(app)
    Migrate(app, db.db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    store.init_app(app)
