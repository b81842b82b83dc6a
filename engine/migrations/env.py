"""How Alembic reaches the application's database. Called by Flask-Migrate with the application at hand."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from engine.db import Id
from engine.hotline import search


def render(kind: str, column_type: Any, autogen: Any) -> str | bool:
    """Write the house's own column types as what they are in the database: a migration never imports the house."""
    if kind == "type" and isinstance(column_type, TypeDecorator):
        return f"sa.{column_type.impl!r}"
    if kind == "type" and column_type is Id:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def run() -> None:
    """Apply, or compare, within one transaction: an interrupted migration leaves nothing half done."""
    migrate = current_app.extensions["migrate"]
    with migrate.db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.has_table(connection, "work_order"):
                search.prepare(connection)
        connection.commit()


run()
