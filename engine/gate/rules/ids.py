"""Ids that are present, unique and safe.

What. Every process and node has an id; ids are unique within a file, process ids within the bundle; an id begins with
a letter or _ and goes on with letters, digits, _ - and ., at most 100 characters. Letters that
are not Latin run, but are pointed out.
Why. Running cases, history and links refer to ids: a missing or doubled one leads to the wrong step, and an id such
as ../x or '; DROP is an attack on whatever uses it as a name. The drawing library reads Latin ids only: a diagram with
others runs, but nobody sees it.
Mend. Give the element another id in the properties panel of the modeler.

编号齐全、唯一、规范：以字母、汉字或 _ 开头，只含字母、汉字、数字、_ - .，不超过 100 个字符；在建模工具的属性面板里改。
含汉字的编号能运行，但画不出图，宜改为拉丁字母。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import GLOBAL_TASKS, NODES
from engine.gate.finding import found
from engine.gate.model import At, Diagram, local, semantic, shown

SAFE = re.compile(r"[^\W\d][\w.\-]{0,99}")
DRAWN = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")  # what bpmn-js reads: the names of moddle-xml
_NEED_IDS = NODES | GLOBAL_TASKS | {"process", "message", "signal", "error", "escalation"}
_MEND = "以字母、汉字或 _ 开头，只用字母、汉字、数字、_ - .，最长 100 个字符"
_MEND_EN = "begin with a letter or _, go on with letters, digits, _ - and ., at most 100 characters"


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about ids."""
    processes: dict[str, str] = {}
    for diagram in bundle.diagrams:
        yield from _file(diagram)
        for ident in sorted(diagram.callable):
            if ident and ident in processes:
                yield found(
                    "process-twice",
                    At(diagram.file, diagram.by_id[ident]),
                    f"{{it}}的编号在文件 {processes[ident]} 里已经用过",
                    f"the id of {{it}} is already used in {processes[ident]}",
                    "给其中一个流程换一个编号",
                    "give one of the two processes another id",
                )
            processes.setdefault(ident, diagram.file)


def _file(diagram: Diagram) -> Iterator[Finding]:
    for element in semantic(diagram.root):
        ident, at = element.get("id"), At(diagram.file, element)
        if ident is None or not ident.strip():
            if local(element) in _NEED_IDS:
                yield found("id-missing", at, "{it}没有编号", "{it} has no id", "给它一个编号：" + _MEND, _MEND_EN)
        elif not SAFE.fullmatch(ident):
            yield found(
                "id-unsafe",
                at,
                "{it}的编号不规范",
                "the id of {it} is not a safe name",
                "换一个编号：" + _MEND,
                _MEND_EN,
            )
        elif diagram.by_id[ident] is not element:
            yield found(
                "id-twice",
                at,
                f"{{it}}的编号在第 {diagram.by_id[ident].sourceline} 行已经用过",
                f"the id of {{it}} is already used in line {diagram.by_id[ident].sourceline}",
                "给其中一个换一个编号",
                "give one of the two another id",
            )
        elif not DRAWN.fullmatch(ident):
            yield found(
                "id-undrawn",
                at,
                f"{{it}}的编号“{shown(ident)}”不是拉丁字母，画图程序读不了，图上看不见它",
                f"the id “{shown(ident)}” of {{it}} is not in Latin letters: the drawing program cannot read it",
                "编号改用拉丁字母、数字和 _；名称不受影响，可用汉字",
                "write the id in Latin letters, digits and _; its name may be in any letters",
            )
