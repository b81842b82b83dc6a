"""Name the form of a user task.

What. The form another product names (formKey, formRef, formId, SpiffWorkflow's formJsonSchemaFilename) becomes
`banjie:form`: its last part without ending, or the form file of the bundle whose name ends so. A user
task without any word about its form may be given the bundle's only form file, when it is the only such task and the
form asks for what is read after it: a person chooses it.
Why. A form is here a file forms/<name>.json; the engine asks for it by name. Whether the file is there is the gate's
question.
Before. `<userTask camunda:formKey="camunda-forms:deployment:forms/decide.form">`
After. `<userTask … banjie:form="decide">`

写明表单：把其他产品的表单名写成 banjie:form；部署包里只有一张表单、也只有一个任务缺表单时，供选用。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from engine.gate import facts
from engine.gate.fixes import fields, form_data, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node
from engine.gate.rules import optional_answers

KIND = "form"
_SAFE = re.compile(r"[^\W_][\w-]{0,80}")
_ENDINGS = re.compile(r"(\.(form|json|html|jsf|jsp|xhtml))+$|[-_]?(ui)?schema(\.json)?$", re.IGNORECASE)


def find(desk: Desk) -> Iterator[Fix]:
    """User tasks without a form of ours."""
    lacking = [(page, node) for page, node in desk.nodes if node.tag == "userTask" and not node.extension("form")]
    silent: list[tuple[Page, Node]] = []
    for page, node in lacking:
        said = _said(node.element)
        name = _name(said, desk)
        if name:
            yield _fix(page, node, name, said)
        elif not said and not form_data.fields(node.element):
            silent.append((page, node))
    if len(silent) == len(lacking) == 1 and len(desk.forms) == 1 and _answers(desk, silent[0][1], desk.forms[0]):
        yield _fix(*silent[0], desk.forms[0], "")


def _answers(desk: Desk, node: Node, form: str) -> bool:
    """Whether a form asks for all that is read after a task and nothing sets."""
    bundle = fields.read(desk)
    keys = {str(one.get("key")) for one in facts.components(optional_answers.schema(bundle, form) or {})}
    same = (one for one in bundle.nodes if (one.file, one.id) == (node.file, node.id))
    return keys.issuperset(name for one in same for name in fields.wanted(bundle, one, only_conditions=True))


def _fix(page: Page, node: Node, name: str, said: str) -> Fix:
    return fix(
        KIND,
        node.file,
        node.element,
        partial(page.set_ours, node.element, "form", name),
        zh=f"给{{it}}选“表单”：{name}",
        en=f"choose the “Form” of {{it}}: {name}",
        before=said,
        after=f'banjie:form="{name}"',
        rule="task-form",
        part="" if said else name,
        pick=None if said else (name, name),  # the only one there is need not be the one that is meant
    )


def _said(element: Element) -> str:
    """What another product says of the form; "" when nothing."""
    if found := vendor.attribute(element, "formKey", "formRef"):
        return found
    for child in vendor.children(element, "formDefinition"):
        if found := (child.get("formId") or child.get("formKey") or "").strip():
            return found
    named = dict(vendor.properties(element))
    return named.get("formJsonSchemaFilename") or named.get("formUiSchemaFilename") or ""


def meant(element: Element, desk: Desk) -> str | None:
    """The form that another product names for a task, by the name it has here."""
    said = _said(element)
    return _name(said, desk) if said else None


def _name(said: str, desk: Desk) -> str | None:
    """The name of our form: a file of the bundle if one fits, else the last part of what is said."""
    path = said.rpartition(":")[2].strip("/ ")
    path = _ENDINGS.sub("", path.removeprefix("forms/"))
    if path and desk.form(path):
        return path
    last = path.rpartition("/")[2]
    fitting = [form for form in desk.forms if form.rpartition("/")[2] == last]
    if len(fitting) == 1:
        return fitting[0]
    return last if _SAFE.fullmatch(last) and not fitting else None
