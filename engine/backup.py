"""A copy of the whole database, taken while everything runs, and putting one back.

The file of a running SQLite database must not be copied, for its last commits are not in it: its online backup gives
one consistent state without stopping a writer. PostgreSQL's own `pg_dump` and `pg_restore` do the same there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, case, create_engine, inspect, literal, update

from engine.errors import Conflict, Invalid, Unavailable
from engine.models import IdBlock, ProcessInstance
from engine.work import IDS

# The numbers taken since the backup are known outside: a connector would take a new job for an old one, a citizen a
# new order for his own. So counting goes on well beyond them.
AHEAD, NUMBERS_AHEAD = 10_000_000, 100_000  # of the engine's ids; of the numbers that people read


def save(url: URL, path: Path) -> None:
    """Write a copy of the database at `url` to `path`, which appears only when the copy is whole.

    Raises Conflict when `path` is there, Invalid when the copy is damaged, Unavailable when the database does not
    answer or `pg_dump` is missing.
    """
    if path.exists():
        raise Conflict(f"{path} is there already", zh=f"{path} 已存在")
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        if _is_file(url):
            with closing(sqlite3.connect(_file(url))) as source, closing(sqlite3.connect(part)) as copy:
                source.backup(copy)
            _check_file(part)
        else:
            _call(url, "pg_dump", "--format=custom", f"--file={part}")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def restore(url: URL, path: Path, *, overwrite: bool = False) -> None:
    """Put a copy that `save` made back into the database at `url`, which must be empty unless `overwrite`.

    Nothing may be connected to it. Raises Conflict when it is not empty, Invalid when the copy is damaged or none.
    """
    if not path.is_file():
        raise Invalid(f"no file {path}", zh=f"没有文件 {path}")
    engine = create_engine(url)
    try:
        if not overwrite and inspect(engine).get_table_names():
            raise Conflict("the database is not empty", zh="目标数据库不是空的，未恢复")
        if _is_file(url):
            _check_file(path)
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(_file(url))) as target:
                source.backup(target)
        else:
            _call(url, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))
        ahead = case((IdBlock.name.in_(IDS), literal(AHEAD)), else_=literal(NUMBERS_AHEAD))
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(update(IdBlock).values(next=IdBlock.next + ahead))
    finally:
        engine.dispose()


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _file(url: URL) -> str:
    return url.database or ""


def _check_file(path: Path) -> None:
    """Raises Invalid unless this is a whole SQLite database of the house."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            [(said,), *_more] = connection.execute("PRAGMA integrity_check").fetchall()
            connection.execute(f"SELECT id FROM {ProcessInstance.__tablename__} LIMIT 1")
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise Invalid(f"{path} is no whole copy: {said}", zh=f"{path} 不是完整的备份：{said}")


def _call(url: URL, tool: str, *options: str) -> None:
    """Run a tool of PostgreSQL's. The password goes by the environment: other users see a command's line."""
    if shutil.which(tool) is None:
        raise Unavailable(f"{tool} is not installed", zh=f"未安装 {tool}（PostgreSQL 客户端工具）")
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(
        [tool, f"--dbname={plain}", *options], env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Invalid(f"{tool}: {done.stderr.strip()[-500:]}", zh=f"{tool} 失败：{done.stderr.strip()[-500:]}")
