"""Decisions that exist and can be read.

What. The decision of a business rule task is in one of the bundle's .dmn files; those are sound DMN whose expressions
parse (each cell that does not is named), and no two decisions of the bundle have the same name.
Why. A missing or ambiguous decision is an incident, or worse, the wrong rule applied.
Mend. Correct the decision's name (banjie:decision), or the table at the cell the finding names.

决策存在且可读：业务规则任务引用的决策须在部署包的 .dmn 文件里；决策表格式和表达式须正确；同名决策只能有一个。
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from engine import dmn
from engine.errors import Finding
from engine.gate import model, tables
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file
from engine.gate.model import Node, shown
from engine.gate.near import near

_MACHINE = re.compile(r"_?[0-9a-fA-F]{8}[0-9a-fA-F_-]{8,}")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about decision tables and references to them."""
    where: dict[str, str] = {}
    for file, read in tables.models(bundle).items():
        if isinstance(read, dmn.DmnError):
            yield from (_broken(file, problem) for problem in read.all)
            continue
        for name in read.decisions:
            if name in where:
                yield in_file(
                    "decision-twice",
                    file,
                    f"决策“{shown(name)}”在 {where[name]} 里已有",
                    f"the decision “{shown(name)}” is in {where[name]} already",
                    "给其中一个改名",
                    "rename one of the two",
                )
            where[name] = file
    if bundle.tables.keys() - set(where.values()):  # the missing one may stand in a table that could not be read
        return
    for node in bundle.nodes:
        wanted = node.extension("decision")
        if wanted and wanted not in where:
            yield _unknown(node, wanted, where.keys())


def _unknown(node: Node, wanted: str, known: Collection[str]) -> Finding:
    other, file = near(wanted, known), model.imported_table(node.scope.process.diagram.root)
    if _MACHINE.fullmatch(wanted):  # an id of another tool, which tells a person nothing
        zh, en = "{it}要用的决策表", "the decision that {it} asks"
    else:
        zh, en = f"{{it}}的决策表“{shown(wanted)}”", f"the decision “{shown(wanted)}” of {{it}}"
    which_zh, which_en = (f" {shown(file)} ", f" {shown(file)}") if file else ("（.dmn 文件）", " (a .dmn file)")
    return found(
        "decision-unknown",
        node,
        f"{zh}不在部署包的 .dmn 文件里",
        f"{en} is in no .dmn file of the bundle",
        f"是否指 {other}？" if other else f"把决策表{which_zh}加入部署包；没有的，新建一张，在“决策表”里选它",
        f"did you mean {other}?"
        if other
        else f"add the table{which_en} to the bundle; if there is none, make one and choose it in “Decision”",
    )


def _broken(file: str, problem: dmn.DmnError) -> Finding:
    zh, en = problem.zh, str(problem)
    return in_file(
        "decision-broken",
        file,
        f"决策表不能使用：{zh}",
        f"the decision table cannot be used: {en}",
        problem.mend[0] or "在建模工具中改正后重新导出",
        problem.mend[1] or "correct it in the modeler and export it again",
    )
