"""Drop imports of data types.

What. `<import>` of an XML Schema or a WSDL file is taken out.
Why. It brings types for tools that generate code; nothing here reads it, and a file that seems to need another one is
refused. An import of another diagram stays for a person to decide.
Before. `<import importType="http://www.w3.org/2001/XMLSchema" location="order.xsd" …/>`
After. (nothing)

删去数据类型的引入：引入 XSD 或 WSDL 的 import 不起作用，删去。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import BPMN
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix

KIND = "imported"
_TYPES = ("xmlschema", "wsdl", ".xsd", "json-schema")


def find(desk: Desk) -> Iterator[Fix]:
    """Imports of schemas."""
    for sheet in desk.sheets:
        for element in sheet.page.root.findall(BPMN + "import"):
            said = f"{element.get('importType') or ''} {element.get('location') or ''}".strip()
            if any(kind in said.lower() for kind in _TYPES):
                yield fix(
                    KIND,
                    sheet.file,
                    element,
                    partial(sheet.page.remove, element),
                    zh="删去数据类型文件的引入：它不起作用",
                    en="take out the import of a file of data types: nothing here reads it",
                    before=said,
                    after="",
                    rule="element-refused",
                )
