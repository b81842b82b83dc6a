"""Name a file by what it holds.

What. A `.xml` file that holds a BPMN diagram is renamed to `.bpmn`, one that holds decisions to `.dmn`.
Why. Flowable and Activiti write `.bpmn20.xml`, others `.xml`; a file of the bundle is read by its ending.
Before. `holiday.bpmn20.xml`
After. `holiday.bpmn`

文件按内容命名：内容是流程图或决策表的 .xml 文件改为 .bpmn、.dmn。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine import errors, xml
from engine.gate.fixes.desk import Desk, file_fix
from engine.gate.fixes.namespace import MODEL
from engine.gate.fixes.offer import Fix

KIND = "file-name"
_ENDING = re.compile(r"(\.(bpmn20|bpmn2|bpmn|dmn))?\.xml$", re.IGNORECASE)
_CAPITALS = re.compile(r"\.(bpmn|dmn)$", re.IGNORECASE)


def find(desk: Desk) -> Iterator[Fix]:
    """XML files whose content tells what they are."""
    seen: set[str] = set()
    for file, data in sorted(desk.files.items()):
        if not _ENDING.search(file) and not (_CAPITALS.search(file) and not file.endswith((".bpmn", ".dmn"))):
            continue
        try:
            root = etree.QName(xml.parse(data))
        except errors.Invalid:
            continue
        decisions = "/spec/DMN/" in (root.namespace or "")
        if root.localname != "definitions" or not (decisions or root.namespace == MODEL):
            continue
        target = _CAPITALS.sub("", _ENDING.sub("", file)) + (".dmn" if decisions else ".bpmn")
        if target not in desk.files and target not in seen:
            seen.add(target)
            yield file_fix(
                KIND,
                file,
                target,
                partial(desk.moves.__setitem__, file, target),
                zh=f"把文件 {file} 改名为 {target}",
                en=f"Rename the file {file} to {target}",
            )
