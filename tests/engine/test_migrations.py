"""The migrations bring an empty database to exactly the tables the code knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

import engine
from app import create_app
from engine.db import db
from tests.conftest import KEYS


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_empty_database_becomes_what_the_code_knows(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        url = request.getfixturevalue("empty_postgres")
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": tmp_path, "TESTING": True})
    with app.app_context():
        upgrade(str(engine.MIGRATIONS))
        with db.engine.connect() as connection:
            known = {"compare_type": True, "include_name": lambda name, _kind, _of: name != "ix_work_order_pieces"}
            context = MigrationContext.configure(connection, opts=known)
            assert compare_metadata(context, db.metadata) == []
        db.engine.dispose()
