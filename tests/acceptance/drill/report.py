"""What every drill tells: its seed, what it did, what it found, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

FAULTS = 3  # the exit code that says that the check found faults, and not that the drill itself broke
SHOWN = 4  # of each kind of fault


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
