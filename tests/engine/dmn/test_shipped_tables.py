"""The tables that are shipped have nothing the matter with them, and what is damaged in a copy is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import dmn, feel, gate

PROCESSES = Path(__file__).parents[3] / "processes"
TABLES = sorted(PROCESSES.glob("*/*.dmn"))
FIRST = [path for path in TABLES if 'hitPolicy="FIRST"' in path.read_text("utf-8")]  # the others collect


def damaged(path: str, old: str, new: str) -> bytes:
    data = (PROCESSES / path).read_text("utf-8")
    assert old in data
    return data.replace(old, new, 1).encode()


def remarks(data: bytes, kind: str) -> list[dmn.Remark]:
    return [remark for remark in dmn.analyse(dmn.load(data, {})) if remark.kind == kind]


@pytest.mark.parametrize("path", TABLES, ids=[path.stem for path in TABLES])
def test_a_shipped_table_has_no_remarks(path: Path) -> None:
    assert dmn.analyse(dmn.load(path.read_bytes(), {})) == []
    report = gate.check({path.name: path.read_bytes()}, functions={}, connectors=(), roles=())
    assert not [finding for finding in report.findings if finding.rule.startswith("table-")]


def ask(data: bytes, example: dict[str, Any]) -> list[int] | None:
    """The rules that an example meets, when it is asked in earnest; None where a column is computed from others."""
    model = dmn.load(data, {})
    decision = next(iter(model.decisions.values()))
    columns = {column.label: column.expression.text for column in decision.tables[0].columns}
    if not all(map(feel.is_simple, columns.values())):
        return None
    return dmn.decide(model, decision.name, {columns[label]: value for label, value in example.items()}).rules


@pytest.mark.parametrize("path", FIRST, ids=[path.stem for path in FIRST])
def test_a_gap_is_found_with_its_example(path: Path) -> None:
    """Every shipped table ends with a row for all other cases; a copy without it has gaps."""
    text = path.read_text("utf-8")
    begin, end = text.rindex("<rule "), text.rindex("</rule>") + len("</rule>")
    data = (text[:begin] + text[end:]).encode()
    gaps = remarks(data, "gap")
    assert gaps
    for gap in gaps:
        assert ask(data, gap.example) in ([], None)
        assert gap.zh.startswith("没有规则适用于：") and all(label in gap.zh for label in gap.example)


def test_the_gap_between_the_rules_of_law_is_named() -> None:
    """A last row for Order 121 only leaves out every version that is neither."""
    text = (PROCESSES / "tipoff" / "must_notify.dmn").read_text("utf-8")
    cells = "<text>-</text>"
    begin = text.index('<rule id="must_notify_rule4"')
    data = (text[:begin] + text[begin:].replace(cells, "<text>121</text>", 1)).encode()
    assert {gap.example["适用规则"] for gap in remarks(data, "gap")} == {
        19
    }  # one example for all that the same rules leave


@pytest.mark.parametrize("path", FIRST, ids=[path.stem for path in FIRST])
def test_an_overlap_is_found_with_its_example(path: Path) -> None:
    """The shipped tables are read from above (F); the same rows under U overlap, and an example shows where."""
    data = damaged(f"{path.parent.name}/{path.name}", 'hitPolicy="FIRST"', 'hitPolicy="UNIQUE"')
    overlaps = remarks(data, "overlap")
    assert overlaps
    for remark in overlaps[:3]:
        met = ask(data, remark.example)
        assert met is None or set(remark.rules) <= set(met)
        assert all(label in remark.zh for label in remark.example)
    report = gate.check({path.name: data}, functions={}, connectors=(), roles=())
    assert "table-overlap" in {finding.rule for finding in report.findings if finding.severity == "error"}


@pytest.mark.parametrize(("path", "old"), [("intake/routing.dmn", '"咨询"'), ("tipoff/must_notify.dmn", '"实名"')])
def test_a_wider_rule_that_leaves_something_to_the_others_is_no_damage(path: str, old: str) -> None:
    assert remarks(damaged(path, f"<text>{old}</text>", "<text>-</text>"), "unreachable") == []


@pytest.mark.parametrize("path", FIRST, ids=[path.stem for path in FIRST])
def test_a_rule_below_the_last_is_unreachable(path: Path) -> None:
    """The first row repeated at the end is never reached."""
    text = path.read_text("utf-8")
    begin, end = text.index("<rule "), text.index("</rule>") + len("</rule>")
    copy = text[begin:end].replace(' id="', ' id="again_')
    last = text.rindex("</rule>") + len("</rule>")
    data = (text[:last] + copy + text[last:]).encode()
    count = text.count("<rule ")
    assert [remark.rules for remark in remarks(data, "unreachable")] == [(count + 1,)]
