"""`flask backup` and `flask restore`: the whole database to a file and back."""

from __future__ import annotations

from pathlib import Path

import click

from web.cli import as_json, say, told


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@told
def backup(path: Path, as_json: bool) -> None:
    """Copy the whole database to PATH while everything runs. The data key is not in it: keep that apart."""
    from engine import backup as copies
    from engine.db import db

    copies.save(db.engine.url, path)
    size = path.stat().st_size
    say({"path": str(path), "bytes": size}, as_json, f"{path}: {size:,} bytes / 已备份")


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace what the database holds.")
@as_json
@told
def restore(path: Path, overwrite: bool, as_json: bool) -> None:
    """Put a copy back into the database of the settings, and walk its event chains. Stop everything else first."""
    from engine import backup as copies
    from engine import history
    from engine.db import db

    copies.restore(db.engine.url, path, overwrite=overwrite)
    breaks = history.verify()
    told = f"restored, {len(breaks)} chains broken / 已恢复，{len(breaks)} 条审计链断裂"
    say({"path": str(path), "broken": len(breaks)}, as_json, told)
    raise SystemExit(1 if breaks else 0)


commands = (backup, restore)
