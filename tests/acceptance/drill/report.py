"""What every drill tells: its seed, what it did, what it found, and the exit code."""

from __future__ import annotations

import argparse
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FAULTS = 3  # the exit code that says that the check found faults, and not that the drill itself broke
SHOWN = 4  # of each kind of fault


def arguments(doc: str | None, control: str = "the control: must fail") -> argparse.ArgumentParser:
    """What every drill is told; each adds how much of it there is to be."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql, or the URL of an empty database")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--unsafe", action="store_true", help=control)
    return parser


def title(options: argparse.Namespace, url: str, removed: str = "safety removed") -> str:
    """The run in one line: its seed, the kind of database, and what the control took away."""
    return f"seed {options.seed} on {url.partition(':')[0]}{f', {removed}' if options.unsafe else ''}"


def tell(title: str, faults: Sequence[str], figures: dict[str, Any]) -> int:
    """Print it; the exit code is 0 when there is no fault. A fault begins with its kind and a colon."""
    print(title)
    print("\n".join(f"  {what}: {figure}" for what, figure in figures.items()))
    kinds = Counter(fault.partition(":")[0] for fault in faults)
    print(f"faults: {len(faults)} {dict(kinds) if faults else ''}")
    for kind in kinds:
        for fault in [fault for fault in faults if fault.startswith(f"{kind}:")][:SHOWN]:
            print(f"  {fault}")
    return FAULTS if faults else 0


def put_away(folder: Path, faults: Sequence[str], options: argparse.Namespace) -> None:
    """Leave what a run wrote only where there is something to look at: faults that the control was not asked for."""
    if not faults or options.unsafe:
        shutil.rmtree(folder)
    else:
        print(f"kept for a look: {folder}")
