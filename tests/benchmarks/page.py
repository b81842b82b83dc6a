"""The page about speed (docs/benchmarks.md) and its chart, written from the figures last kept (docs/benchmarks.json).

python -m tests.benchmarks.page --take    # take over what build/bench.json has, part by part, then write
python -m tests.benchmarks.page           # write the page again
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.asked import Ask
from tests.benchmarks.chart import bars

DOCS = Path(__file__).parents[2] / "docs"
RESULTS, PAGE, CHART = DOCS / "benchmarks.json", DOCS / "benchmarks.md", DOCS / "pictures" / "benchmarks.svg"
PARTS = ("steps", "growth", "timers", "http", "peers", "feel")

_HEAD = """\
# Speed and growth

`make bench` measures everything below in one run (about {minutes} minutes; `make bench PARTS="growth timers"` a
part of it) and prints what was asked and what was measured. Machines are shared and noisy, so only ratios are
claims: rounds of ours and of what we compare with alternate on the same machine and server, and medians are taken.
The raw figures are in [benchmarks.json](benchmarks.json). This page is written from them by `python -m
tests.benchmarks.page`.

{measured_on}

## Asked and measured

"""
_STEPS = """
## Durable steps

Complete one user task, on disk, answered after the commit, then the next. Ours runs in two engine processes on
PostgreSQL (`fsync`, `synchronous_commit` and `full_page_writes` on), all cases side by side as in a backlog; the
rate is all completions from the first begin to the last end. Each of our steps writes the instance, its tasks,
timers, subscriptions and jobs, the event with its hash, the clocks and the idempotency key. One of the two
processes is the worker that fires the timers too. *Naive* is SpiffWorkflow as its documentation shows it: load
JSON, step, save JSON, commit, one row read and two written; it is given our compiled FEEL, since the diagrams are
written in it. Forms are checked on no side.

The processes: the complaint as first shipped (10 user tasks on its way), three user tasks in a row, and a choice
followed by a task beside a timer that is due at once (4 user tasks). Each carries about 1 KB of data, the complaint
0.3 KB.
"""
_PEERS = """
## Other engines

*A row per task* is our imitation of how spiff-arena stores, as the least work we could do it with: plain SQL, data
once per content by its SHA-256, without its ORM, its events and its rows for people's tasks. *bpmn-engine* (npm,
25.0.1) keeps every engine in memory, the diagram parsed once, and its state is saved after each step, eight cases
at a time. *camunda-python* (PyPI, 0.1.2) keeps every case in memory too and saves by itself; of its stores the
better one counts. They run in one process each, as they are made to, and cannot run the complaint.

![Durable steps a second](pictures/benchmarks.svg)
"""
_GROWTH = """
## Growth

One process on PostgreSQL, time per command until the last is acknowledged, the two sides taking turns. The larger
of the ratios of wall time and of our CPU time is compared with what was asked.
"""
_TIMERS = """
## Timers

{timers:,} instances are really started and wait, their due times shuffled over an hour. Then the clock jumps past
that hour, as after an outage, and one worker comes back. The order is read from the history: events are only added,
so their place is their order. Lateness is measured on the machine's own clock, {a_second} timers falling due each
second under a worker as deployed, from the due instant to the commit, as PostgreSQL recorded it.
"""
_HTTP = """
## Over HTTP

gunicorn and the worker as deployed, PostgreSQL as above, 64 people with a browser's requests (session, rights, CSRF
token, the form checked, an answer that leads to the next task), clients too on the same cores. Flat out tells how many
completions a second there can be; times are told at a steady rate, since people who never pause measure their own
queue. {orders:,} orders are stored with {tasks:,} tasks, {open:,} of them open: three complaints were registered, begun
and handled through the door, one left open, one closed, one cancelled, and their rows were multiplied with numbers,
units and times of their own.
"""
_FEEL = """
## FEEL

Against Python's `eval` of ready-compiled code of the same meaning, feelin in QuickJS and SpiffWorkflow's evaluator,
thirty typical expressions: the median is **{eval:.1f}×** slower than `eval`, {feelin:,.0f}× faster than feelin,
{spiff:.1f}× faster than SpiffWorkflow. {within} of the {all} lines are within 8× of `eval`; [feel.md](feel.md) has
every line and says what the others do.
"""


def page(results: dict[str, Any]) -> str:
    """The page that these results make."""
    found = {name: results[name]["found"] for name in PARTS if name in results}
    asks = [ask for name in found for ask in _asks(name, found[name])]
    rows = found["feel"]["rows"]
    return "".join(
        (
            _HEAD.format(
                minutes=round(sum(part["seconds"] for part in results.values()) / 60), measured_on=_machines(results)
            ),
            _table(
                ("", "asked", "measured", ""),
                ((a.what, a.asked, f"**{a.measured}**", "" if a.holds else "not met") for a in asks),
            ),
            _STEPS,
            _rates(found["steps"]["postgresql"], "PostgreSQL"),
            _rates(found["steps"]["sqlite"], "SQLite (WAL, `synchronous=FULL`), one process of ours"),
            _PEERS,
            *(
                f"\nSkipped, because it could not be had: {n} ({why}).\n"
                for n, why in found["peers"]["skipped"].items()
            ),
            _rates(found["peers"]["cases"], "PostgreSQL"),
            _GROWTH,
            _growth(found["growth"]),
            _TIMERS.format(timers=found["timers"]["outage"]["timers"], a_second=found["timers"]["alive"]["a_second"]),
            _timers(found["timers"]),
            *_http(found.get("http")),
            _FEEL.format(
                eval=found["feel"]["slower than eval"],
                feelin=found["feel"]["faster than feelin"],
                spiff=found["feel"]["faster than spiff"],
                within=sum(row["slower than eval"] <= 8 for row in rows),
                all=len(rows),
            ),
        )
    )


def chart(results: dict[str, Any]) -> str:
    """The rates of all engines, by process."""
    cases = results["peers"]["found"]["cases"]
    return bars("Durable steps a second", {name: row["rates"] for name, row in cases.items()})


def _asks(part: str, found: dict[str, Any]) -> list[Ask]:
    asks: list[Ask] = importlib.import_module(f"tests.benchmarks.{part}").asks(found)
    return asks


def _machines(results: dict[str, Any]) -> str:
    """What each part was measured on, when, and what else the machine had to do."""
    lines = []
    for name in (part for part in PARTS if part in results):
        machine, load = results[name]["machine"], results[name]["load"]
        small = " A quick look: smaller fleets, a tenth of what is stored or waits." if results[name]["small"] else ""
        busy = f" Other work kept the machine busy (load {load:.0f})." if load > machine["cpus"] else ""
        lines.append(
            f"- {name}: {machine['at'][:16].replace('T', ' ')}, {machine['cpus']} cores of {machine['cpu']}, "
            f"Python {machine['python']}, {machine['platform']}.{small}{busy}"
        )
    return "\n".join(lines)


def _rates(cases: dict[str, Any], where: str) -> str:
    others = [name for name in next(reversed(cases.values()))["rates"] if name != "ours"]
    lines = []
    for case, row in cases.items():
        cells = [
            f"{row['rates'][name]:,.0f} · **{row['times'][name]:.1f}×**" if name in row["times"] else "–"
            for name in others
        ]
        lines.append((case, f"{row['rates']['ours']:,.0f}", *cells))
    return f"\nSteps a second, {where}, and how many times ours is faster:\n\n" + _table(("", "ours", *others), lines)


def _growth(found: dict[str, Any]) -> str:
    lines = (
        (f"a step, pass {found['passes']['late']:,} against pass 10", found["passes"]),
        ("a step, 300 tasks against 3", found["tasks"]["step"]),
        ("a start, 300 tasks against 3", found["tasks"]["start"]),
        (f"load and step, {found['stored']['many']:,} stored against 1,000", found["stored"]),
    )
    cells = (
        (
            what,
            *(f"{side['us'][0]:,.0f} → {side['us'][1]:,.0f} · {side['ratio']:.2f}×" for side in (f["wall"], f["cpu"])),
        )
        for what, f in lines
    )
    return "\n" + _table(("", "wall, µs", "our CPU, µs"), cells)


def _timers(found: dict[str, Any]) -> str:
    outage, alive = found["outage"], found["alive"]
    lines = (
        ("started and waiting", f"{outage['started_per_second']:,} a second"),
        ("a look when none is due", f"{outage['look_ms']:.2f} ms"),
        ("fired after the outage", f"{outage['per_second']:,} a second, {outage['cpu_ms']:.3f} ms of our CPU each"),
        ("of them once and in due order", f"{outage['in_order']:g} %"),
        ("late, median · 99 % · most", f"{alive['late_p50']} s · {alive['late_p99']} s · {alive['late_max']} s"),
    )
    return "\n" + _table(("", ""), lines)


def _http(found: dict[str, Any] | None) -> Iterator[str]:
    if found is None:
        return
    yield _HTTP.format(**found["stored"])
    names = {
        "flat_out": "completions, flat out",
        "steady": "completions, steady",
        "worklist": "the worklist, one look in four seconds each",
    }
    cells = (
        (what, f"{side['per_second']:,.0f}", *(f"{side[each]:,.0f} ms" for each in ("p50", "p99", "max")))
        for what, side in ((names[name], found[name]) for name in names)
    )
    yield "\n" + _table(("", "a second", "median", "99 %", "most"), cells)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    lines.insert(1, "|---" + "|--:" * (len(head) - 1) + "|")
    return "\n".join(lines) + "\n"


def read() -> dict[str, Any]:
    """The figures that are kept."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def main() -> None:
    if "--take" in sys.argv:
        kept = read() if RESULTS.exists() else {}
        kept |= json.loads(Path("build/bench.json").read_text(encoding="utf-8"))
        parts = (f"{json.dumps(name)}: {json.dumps(kept[name], ensure_ascii=False)}" for name in PARTS if name in kept)
        RESULTS.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    PAGE.write_text(page(read()), encoding="utf-8")
    CHART.write_text(chart(read()), encoding="utf-8")


if __name__ == "__main__":
    main()
