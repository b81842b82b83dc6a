"""The terminal's backup and restore; `tests/engine/test_backup.py` has what they do."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from engine.db import db, transaction
from engine.models import IdBlock
from web import accounts


def test_a_house_is_saved_and_put_back(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    with app.app_context(), transaction() as session:
        session.add(IdBlock(name="task", next=7))
    copy = tmp_path / "copy.db"
    saved = run(args=["backup", str(copy), "--json"])
    assert json.loads(saved.stdout) == {"path": str(copy), "bytes": copy.stat().st_size}
    with app.app_context():
        accounts.create("late", "late-late-late", unit=None, roles=["clerk"])

    refused = run(args=["restore", str(copy)])
    assert refused.exit_code == 1 and "不是空的" in refused.output and "Traceback" not in refused.output
    restored = run(args=["restore", str(copy), "--overwrite", "--json"])
    assert restored.exit_code == 0, restored.output
    assert json.loads(restored.stdout)["broken"] == 0
    with app.app_context():
        assert accounts.find("late") is None
        assert db.session.scalar(select(IdBlock.next).where(IdBlock.name == "task")) == 10_000_007
