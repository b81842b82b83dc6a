"""Evaluations per second of thirty typical expressions and a table of fifty rules, in one run.

Against: `eval` of ready-compiled Python of the same meaning (the floor: no decimals, no three-valued logic, no limits),
@bpmn-io/feelin in QuickJS (the other way to have FEEL in a Python process; it reads the text at every call), and
SpiffWorkflow's evaluator where it gives the same answer (its expressions are Python). Rounds alternate, medians are
compared. `python -m tests.benchmarks.feel` prints every line.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import quickjs
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from engine import dmn, feel
from tests.benchmarks.asked import Ask, at_most

FRONTEND = Path(__file__).parents[2] / "web" / "frontend"
ROUNDS = 7
SECONDS = 0.012  # one measurement
ORDER: dict[str, Any] = {
    "amount": 12000.5, "price": 19.9, "count_": 3, "kind": "药品", "priority": 1, "nature": "投诉",
    "district": "310115",
    "name": "张三", "text": "商家拒绝退款，请求处理", "real_name": True, "returned": 2, "version": 121, "note": None,
    "received": "2026-03-02", "due": "2026-03-20", "numbers": [4, 8, 15, 16, 23, 42], "tags": ["食品", "安全", "群体"],
    "party": {"name": "李四", "phone": "13800000000", "address": {"city": "上海", "code": 200000}},
    "items": [{"price": 10, "count": 2}, {"price": 25, "count": 1}, {"price": 7, "count": 5}],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """An expression and the Python that means the same."""

    feel: str
    python: str


CASES = [
    Case("priority", "priority"),
    Case('nature = "投诉"', 'nature == "投诉"'),
    Case("amount > 10000", "amount > 10000"),
    Case('amount > 10000 and kind in ("食品", "药品")', 'amount > 10000 and kind in ("食品", "药品")'),
    Case('not(real_name) and kind != "食品"', 'not real_name and kind != "食品"'),
    Case("priority in [1..3]", "1 <= priority <= 3"),
    Case("amount between 5000 and 20000", "5000 <= amount <= 20000"),
    Case("note = null", "note is None"),
    Case("if priority = 0 then 0 else if priority = 2 then 1 else 2",
         "0 if priority == 0 else 1 if priority == 2 else 2"),
    Case("if returned = null then 1 else returned + 1", "1 if returned is None else returned + 1"),
    Case("count_ + priority * 2", "count_ + priority * 2"),
    Case("price * count_", "price * count_"),
    Case("amount + price * 2", "amount + price * 2"),
    Case("(amount - 1000) * 0.1", "(amount - 1000) * 0.1"),
    Case("count_ / 4", "count_ / 4"),
    Case('"编号-" + district', '"编号-" + district'),
    Case("party.name", 'party["name"]'),
    Case('party.address.city = "上海"', 'party["address"]["city"] == "上海"'),
    Case('contains(text, "退款")', '"退款" in text'),
    Case("string length(text) > 5", "len(text) > 5"),
    Case('starts with(district, "310")', 'district.startswith("310")'),
    Case("sum(numbers)", "sum(numbers)"),
    Case("count(tags) > 2", "len(tags) > 2"),
    Case('list contains(tags, "安全")', '"安全" in tags'),
    Case("numbers[item > 10]", "[n for n in numbers if n > 10]"),
    Case("for i in items return i.price * i.count", '[i["price"] * i["count"] for i in items]'),
    Case("some i in items satisfies i.price > 20", 'any(i["price"] > 20 for i in items)'),
    Case('{unit: district, urgent: priority = 0}', '{"unit": district, "urgent": priority == 0}'),
    Case("date(received) < date(due)", "date.fromisoformat(received) < date.fromisoformat(due)"),
    Case('date(received) + duration("P5D")', "date.fromisoformat(received) + timedelta(days=5)"),
]  # fmt: skip

KINDS = [f"领域{number}" for number in range(10)]
BOUNDS = [0, 1000, 5000, 10000, 50000, 10**9]
RULES = [(kind, low, high) for kind in KINDS for low, high in zip(BOUNDS, BOUNDS[1:], strict=False)]
TABLED = {"kind": KINDS[6], "amount": 7000}  # meets the 33rd of the fifty rules

Work = Callable[[int], Any]  # does a thing n times and gives its last answer


def ours(text: str) -> Work:
    expression = feel.compile(text)

    def work(times: int) -> Any:
        answer = None
        for _ in range(times):
            answer = expression(ORDER)
        return feel.to_json(answer)

    return work


def plain(text: str) -> Work:
    from datetime import date, timedelta

    code, names = compile(text, "plain", "eval"), {"date": date, "timedelta": timedelta}

    def work(times: int) -> Any:
        answer = None
        for _ in range(times):
            answer = eval(code, names, ORDER)  # noqa: S307  what we are measured against
        return answer

    return work


def spiff(text: str) -> Work:
    from datetime import date, timedelta

    engine = PythonScriptEngine(environment=TaskDataEnvironment({"date": date, "timedelta": timedelta}))

    def work(times: int) -> Any:
        answer = None
        for _ in range(times):
            answer = engine.environment.evaluate(text, ORDER)
        return answer

    return work


class Feelin:
    """The library bundled into one QuickJS context."""

    def __init__(self) -> None:
        self.context = quickjs.Context()
        with tempfile.TemporaryDirectory() as folder:
            entry, bundle = Path(folder, "entry.js"), Path(folder, "bundle.js")
            entry.write_text(
                _ENTRY.replace("STUB", json.dumps(str(FRONTEND / "src" / "dom_stub.js"))), encoding="utf-8"
            )
            esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
            command = [
                str(esbuild),
                str(entry),
                "--bundle",
                "--format=iife",
                f"--outfile={bundle}",
                "--log-level=error",
            ]
            environment = {"NODE_PATH": str(FRONTEND / "node_modules"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
            subprocess.run(command, check=True, env=environment, timeout=60)
            self.context.eval(bundle.read_text(encoding="utf-8"))
        self.context.eval(f"globalThis.order = {json.dumps(ORDER)}; globalThis.tabled = {json.dumps(TABLED)}")
        self.context.eval(f"globalThis.rules = {json.dumps([[*_cells(rule), str(n)] for n, rule in enumerate(RULES)])}")

    def expression(self, text: str) -> Work:
        return lambda times: json.loads(self.context.eval(f"expression({json.dumps(text)}, {times})"))

    def table(self, times: int) -> Any:
        return json.loads(self.context.eval(f"table({times})"))


_ENTRY = """
import STUB;
import { evaluate, unaryTest } from '@bpmn-io/feelin';
const told = (value) => JSON.stringify(value === undefined ? null : value);
globalThis.expression = (text, times) => {
  let answer = null;
  for (let i = 0; i < times; i++) answer = evaluate(text, order).value;
  return told(answer);
};
globalThis.table = (times) => {
  let answer = null;
  for (let i = 0; i < times; i++) {
    answer = null;
    for (const [kind, amount, result] of rules) {
      const passes = (cell, value) => unaryTest(cell, { '?': value }).value === true;
      if (passes(kind, tabled.kind) && passes(amount, tabled.amount)) {
        answer = evaluate(result, tabled).value;
        break;
      }
    }
  }
  return told(answer);
};
"""


def _cells(rule: tuple[str, int, int]) -> list[str]:
    return [json.dumps(rule[0], ensure_ascii=False), f"[{rule[1]}..{rule[2]})"]


def our_table() -> Work:
    model = dmn.load(_dmn(feel_cells=True))

    def work(times: int) -> Any:
        outcome = None
        for _ in range(times):
            outcome = dmn.decide(model, "D", TABLED)
        return feel.to_json(outcome.value) if outcome else None

    return work


def plain_table() -> Work:
    """One conditional expression, as a programmer would write the table out."""
    text = "None"
    for number, (kind, low, high) in reversed(list(enumerate(RULES))):
        text = f"({number} if kind == {kind!r} and {low} <= amount < {high} else {text})"
    code = compile(text, "table", "eval")

    def work(times: int) -> Any:
        answer = None
        for _ in range(times):
            answer = eval(code, {}, TABLED)  # noqa: S307  what we are measured against
        return answer

    return work


def spiff_table() -> Work:
    parser = BpmnDmnParser()
    parser.add_dmn_str(_dmn(feel_cells=False))
    found = parser.get_engine("D", "benchmark")
    task = SimpleNamespace(data=TABLED, workflow=SimpleNamespace(script_engine=PythonScriptEngine()))

    def work(times: int) -> Any:
        answer = None
        for _ in range(times):
            answer = found.result(task)
        return answer["o"] if answer else None

    return work


def _dmn(feel_cells: bool) -> bytes:
    rows = []
    for number, rule in enumerate(RULES):
        kind, amount = _cells(rule)
        texts = (kind, amount if feel_cells else f"{rule[1]} &lt;= ? &lt; {rule[2]}")
        cells = "".join(
            f'<inputEntry id="r{number}i{place}"><text>{text}</text></inputEntry>' for place, text in enumerate(texts)
        )
        rows.append(
            f'<rule id="r{number}">{cells}<outputEntry id="r{number}o"><text>{number}</text></outputEntry></rule>'
        )
    columns = "".join(
        f'<input id="i{name}" label="{name}"><inputExpression id="e{name}" typeRef="{kind}"><text>{name}</text>'
        "</inputExpression></input>"
        for name, kind in (("kind", "string"), ("amount", "number"))
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        f'<decision id="D" name="D"><decisionTable id="t" hitPolicy="FIRST">{columns}'
        f'<output id="o" name="o" typeRef="number"/>{"".join(rows)}</decisionTable></decision></definitions>'
    ).encode()


def _per_second(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """The median rate of each; rounds of all alternate."""
    times: dict[str, int] = {}
    for name, work in works.items():
        count = 1
        while (took := _seconds(work, count)) < SECONDS and count < 10**7:
            count = max(count * 2, int(count * SECONDS / max(took, 1e-6)))
        times[name] = count
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            rates[name].append(times[name] / _seconds(work, times[name]))
    return {name: statistics.median(found) for name, found in rates.items()}


def _seconds(work: Work, times: int) -> float:
    begin = time.perf_counter()
    work(times)
    return time.perf_counter() - begin


def same(a: Any, b: Any) -> bool:
    """Do two engines' answers mean the same? Dates and durations are compared as far as both are text."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float, Decimal)) and not isinstance(a, bool):
        return abs(a - float(b)) < 1e-9
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str) and not isinstance(b, str):
        return a == getattr(b, "isoformat", lambda: str(b))()
    return bool(a == b) or (isinstance(b, str) and b.startswith(str(a)))


def measure(_makers: object = None, *, rounds: int = ROUNDS, small: bool = False) -> dict[str, Any]:
    """Every case with its rates, and the medians of the ratios. There is nothing to store and nothing to make small."""
    feelin = Feelin()
    rows = []
    cases: list[tuple[str, dict[str, Work]]] = [
        (
            case.feel,
            {
                "ours": ours(case.feel),
                "eval": plain(case.python),
                "feelin": feelin.expression(case.feel),
                "spiff": spiff(case.python),
            },
        )
        for case in CASES
    ]
    cases.append(
        ("a table of 50 rules",
         {"ours": our_table(), "eval": plain_table(), "feelin": feelin.table, "spiff": spiff_table()})
    )  # fmt: skip
    for text, works in cases:
        answer = works["ours"](1)
        wrong = [name for name, work in works.items() if not same(answer, work(1))]
        rates = _per_second({name: work for name, work in works.items() if name not in wrong}, rounds)
        rows.append({"case": text, **{name: round(rate) for name, rate in rates.items()}, "different": wrong})
    for row in rows:
        row["slower than eval"] = round(row["eval"] / row["ours"], 1)
        row["faster than feelin"] = round(row["ours"] / row["feelin"], 1) if "feelin" in row else None
        row["faster than spiff"] = round(row["ours"] / row["spiff"], 2) if "spiff" in row else None
    return {
        "rows": rows,
        **{
            name: statistics.median(row[name] for row in rows[:-1] if row[name] is not None)
            for name in ("slower than eval", "faster than feelin", "faster than spiff")
        },
    }


def asks(found: dict[str, Any]) -> list[Ask]:
    return [at_most("FEEL: the median expression against eval of compiled Python", 8, found["slower than eval"])]


def main() -> None:
    """Print every line and the medians."""
    found = measure()
    print("      ours/s  eval/ours  ours/feelin  ours/spiff")
    for row in found["rows"]:
        feelin, spiff = row["faster than feelin"] or "–", row["faster than spiff"] or "–"
        other = f"   ({', '.join(row['different'])} answers differently)" if row["different"] else ""
        print(f"{row['ours']:>12}{row['slower than eval']:>11}{feelin:>13}{spiff:>12}  {row['case']}{other}")
    print({name: value for name, value in found.items() if name != "rows"})


if __name__ == "__main__":
    main()
