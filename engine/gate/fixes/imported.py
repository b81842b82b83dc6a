"""Drop imports of other files.

What. An `<import>` of an XML Schema, a WSDL file, a decision model or another diagram is taken out.
Why. Schemas bring types for tools that generate code, which nothing here reads. Decisions and called processes are
found by their names in the whole bundle, without an import; while no decision table is there, or the
called process is not, a person chooses to drop it, since it reminds of the file that is to be uploaded.
Before. `<import importType="http://www.w3.org/2001/XMLSchema" location="order.xsd" …/>`
After. (nothing)

删去引入：XSD、WSDL 不起作用；决策和被调用的流程在整个部署包里按名称查找，不需要 import。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import BPMN
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.model import called, shown

KIND = "imported"
_TYPES = ("xmlschema", "wsdl", ".xsd", "json-schema", "/spec/dmn/", "/spec/bpmn/")


def find(desk: Desk) -> Iterator[Fix]:
    """Imports of kinds that need none here."""
    for sheet in desk.sheets:
        for element in sheet.page.root.findall(BPMN + "import"):
            said = f"{element.get('importType') or ''} {element.get('location') or ''}".strip()
            if any(kind in said.lower() for kind in _TYPES):
                missing = _is_missing(said, desk)
                file = f" {shown(name)} " if (name := (element.get("location") or "").rpartition("/")[2]) else ""
                yield fix(
                    KIND,
                    sheet.file,
                    element,
                    partial(sheet.page.remove, element),
                    zh="删去引入" + (f"；所引的文件{file}另行上传" if missing else "的文件：这里不需要它"),
                    en="take out the import"
                    + (
                        f"; the file{file} is to be uploaded besides"
                        if missing
                        else " of another file: nothing here needs it"
                    ),
                    before=said,
                    after="",
                    rule="element-refused",
                    part="missing" if missing else "",
                    pick=("删去引入", "take out the import") if missing else None,
                )


def _is_missing(said: str, desk: Desk) -> bool:
    """Whether an import is of a decision and the bundle has no decision table at all yet, or of a diagram that is not
    there while a call looks for a process that is not there either."""
    if "/spec/bpmn/" in said.lower():
        here = {file.rpartition("/")[2] for file in desk.files}
        drawn = {process.id for sheet in desk.sheets for process in sheet.diagram.processes}
        calls = {called(node) for _, node in desk.nodes if node.tag == "callActivity"}
        return said.rpartition("/")[2] not in here and bool(calls - drawn - {""})
    return "/spec/dmn/" in said.lower() and not any(file.endswith(".dmn") for file in desk.files)
