"""Speed and growth as ratios measured in one run: `python -m tests.benchmarks [part …] [--rounds N] [--small]`.

Machines are shared and noisy: rounds of ours and of what we compare with alternate, medians are taken, and only the
ratio is a claim. The raw figures go to build/bench.json, where a part that was not run keeps what it had; page.py makes
them the ones the docs show.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.page import PARTS

OUT = Path("build/bench.json")


def main() -> None:
    """Run the parts that are asked for, print what was asked and what was measured, keep the figures."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    arguments.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; none: all")
    arguments.add_argument("--rounds", type=int, default=5, help="of each contest (default 5)")
    arguments.add_argument(
        "--small", action="store_true", help="a quick look: a tenth of what is stored or waits, a quarter of the fleets"
    )
    given = arguments.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        arguments.error(f"no such part: {', '.join(sorted(unknown))}")
    from tests.benchmarks.databases import databases

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # or the server would go on without us
    results: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    with databases() as makers:
        for name in given.parts or PARTS:
            part = importlib.import_module(f"tests.benchmarks.{name}")
            begun, load = time.perf_counter(), os.getloadavg()[0]
            found = part.measure(makers, rounds=given.rounds, small=given.small)
            seconds = round(time.perf_counter() - begun)
            results[name] = {
                "machine": machine(),
                "load": load,
                "seconds": seconds,
                "small": given.small,
                "found": found,
            }
            OUT.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
            print(f"-- {name}, {seconds} s")
            for ask in part.asks(found):
                print(
                    f"{'holds' if ask.holds else 'FAILS'}  {ask.asked:>14} {ask.measured:>12}  {ask.what}", flush=True
                )


def machine() -> dict[str, Any]:
    """What these figures were measured on, and when."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cpus": os.cpu_count(),
        "cpu": model[0].partition(": ")[2] if model else platform.processor(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "at": time.strftime("%FT%T%z"),
    }


if __name__ == "__main__":
    main()
