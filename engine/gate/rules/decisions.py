"""Decisions that exist and can be read.

What. The decision of a business rule task is in one of the bundle's .dmn files; those are sound DMN whose expressions
parse (each cell that does not is named), and no two decisions of the bundle have the same name.
Why. A missing or ambiguous decision is an incident, or worse, the wrong rule applied.
Mend. Correct the decision's name (banjie:decision), or the table at the cell the finding names.

决策存在且可读：业务规则任务引用的决策须在部署包的 .dmn 文件里；决策表格式和表达式须正确；同名决策只能有一个。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import dmn
from engine.errors import Finding
from engine.gate import tables
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file
from engine.gate.model import shown
from engine.gate.near import near


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about decision tables and references to them."""
    where: dict[str, str] = {}
    for file, model in tables.models(bundle).items():
        if isinstance(model, dmn.DmnError):
            yield from (_broken(file, problem) for problem in model.all)
            continue
        for name in model.decisions:
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
            other = near(wanted, where.keys())
            yield found(
                "decision-unknown",
                node,
                f"{{it}}的决策表“{shown(wanted)}”不在部署包的 .dmn 文件里",
                f"the decision “{shown(wanted)}” of {{it}} is in no .dmn file of the bundle",
                f"是否指 {other}？" if other else "在“决策表”里另选一个，或把决策表（.dmn 文件）加入部署包",
                f"did you mean {other}?"
                if other
                else "choose another in “Decision”, or add the table (a .dmn file) to the bundle",
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
