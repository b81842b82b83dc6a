"""Make the form that a task lacks.

What. A user task that names no form, or one that is not in the bundle, gets a form with the fields that the conditions
and expressions after it read and nothing sets: a choice of the texts they are compared with, a number, a check box, or
a text. Where nothing is read there is one field for what was done. A person chooses this, since the form may be at
hand elsewhere.
Why. Nobody can complete a task without a form, and the process waits for just these values.
Before. `<userTask id="decide">` before a flow with the condition `level = "high"`
After. `<userTask id="decide" banjie:form="decide">` and `forms/decide.json` with a choice `level`

新建表单：缺表单的用户任务，按后面的条件和式子要读、又没有步骤产生的变量新建一张表单，都设为必填。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.gate.fixes import fields, form, form_data
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Node
from engine.gate.rules.ids import SAFE

KIND = "fresh-form"
_PATH = re.compile(r"[^\W_][\w-]{0,80}(/[^\W_][\w-]{0,80}){0,3}")


def find(desk: Desk) -> Iterator[Fix]:
    """User tasks without a form that is there."""
    lacking = [(page, node) for page, node in desk.nodes if node.tag == "userTask" and _lacks(node, desk)]
    if not lacking:
        return
    bundle = fields.read(desk)
    known, same = fields.uses(bundle), {(node.file, node.id): node for node in bundle.nodes}
    for page, node in lacking:
        name = node.extension("form") or node.id
        if f"forms/{name}.json" not in desk.files and (SAFE.fullmatch(name) or _PATH.fullmatch(name)):
            read = same.get((node.file, node.id))
            yield _fix(desk, page, node, name, fields.wanted(bundle, read) if read else [], known)


def _lacks(node: Node, desk: Desk) -> bool:
    """Whether no form is there, and no other fix names one."""
    if name := node.extension("form"):
        return not desk.form(name)
    return not form.meant(node.element, desk) and not form_data.fields(node.element)


def _fix(desk: Desk, page: Page, node: Node, name: str, names: list[str], known: dict[str, fields.Use]) -> Fix:
    target, said = f"forms/{name}.json", node.extension("form")

    def edit() -> None:
        desk.fresh[target] = fields.form(name, names, known, fields.result(node))
        if not said:
            page.set_ours(node.element, "form", name)

    zh, en = ("、".join(names), ", ".join(names)) if names else ("办理结果", "what was done")
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}新建表单，填写 {zh}",
        en=f"make a form for {{it}} with {en}",
        before=said or "",
        after=target,
        rule="form-unknown" if said else "task-form",
        part="new",
        pick=(f"填写 {zh}", f"with {en}"),
    )
