"""Decision tables that answer every case, and each case in one way.

What. Every table of the bundle is looked at before any case comes: combinations that no rule covers (gaps), rules that
match at once where the hit policy promises one (overlaps, under U and A), rules that never act because earlier ones
take all (under F) or because a cell accepts no value there is, inputs no rule asks, columns without a type. Each gap
and overlap is shown with one combination of values. Cells that compute or call functions are never blamed.
Why. An overlap gives no answer on the day the case comes, so it refuses the deployment. A gap gives null, which may be
meant; a rule that never acts or a value nobody checks is a mistake, but changes no other answer: these are warnings.
Mend. Draw the boundary once ([..10) and [10..]), add the missing rule or a last row of dashes, delete what never acts.

决策表须对每种情形有且只有一个答案：检查空缺（没有规则适用）、重叠（多条规则同时相符）、永远轮不到或不可能相符的规则、没有用到
的输入和没有数据类型的列；空缺与重叠附具体示例。重叠拒绝部署，其余为提醒。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import dmn
from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file
from engine.gate.model import shown

_MENDS: dict[str, tuple[str, str]] = {  # by code, which is `table-` and the kind of remark
    "table-gap": ("为这种情形加一条规则，或在最后加一条全是“-”的规则", "add a rule for it, or a last rule of dashes"),
    "table-overlap": (
        "划清两条规则的界限，或把命中策略改为 F（第一条）",
        "separate the two, or let the hit policy be F (first)",
    ),
    "table-unreachable": ("删去这条规则，或把它移到前面", "delete the rule, or move it up"),
    "table-impossible": ("改正这条规则的条件", "correct the rule's conditions"),
    "table-unused": ("删去这一列，或用上它", "delete the column, or use it"),
    "table-untyped": ("为这些列选择数据类型", "choose a type for these columns"),
    "table-large": ("把表拆成几张", "split the table"),
}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about what the tables of the bundle say."""
    for file, data in bundle.tables.items():
        try:
            remarks = dmn.analyse(dmn.load(data, bundle.functions))
        except dmn.DmnError:
            continue  # the rule before this one has told it
        for remark in remarks:
            code, name = "table-" + remark.kind, shown(remark.decision)
            zh, en = f"决策表“{name}”：{remark.zh}", f"the table “{name}”: {remark.en}"
            yield in_file(code, file, zh, en, *_MENDS[code])
