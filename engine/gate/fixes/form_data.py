"""Make a form of the fields drawn into a task.

What. The fields that Camunda 7 (`camunda:formData`) and Flowable or Activiti (`formProperty`) keep in a user task
become a form file `forms/<task>.json`, and the task names it.
Why. Here a form is a file of its own, which the browser and the server judge alike. Fields of unknown types, and values
that another engine would compute, are left to a person.
Before. `<camunda:formField id="amount" label="Amount" type="long"/>`
After. `forms/decide.json` with a number field `amount`, and `<userTask id="decide" … banjie:form="decide">`

生成表单：把 Camunda 7、Flowable 画在任务里的表单字段做成表单文件 forms/<任务编号>.json。
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node
from engine.gate.rules.ids import SAFE

KIND = "form-data"
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "long": {"type": "number", "decimalDigits": 0},
    "integer": {"type": "number", "decimalDigits": 0},
    "double": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
}
_LIMITS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}


def find(desk: Desk) -> Iterator[Fix]:
    """User tasks with fields of their own and no form."""
    for page, node in desk.nodes:
        target = f"forms/{node.id}.json"
        drawn = fields(node.element)
        if node.tag != "userTask" or not drawn or node.extension("form") or vendor.attribute(node.element, "formKey"):
            continue
        components = [_component(one) for one in drawn]
        if all(components) and SAFE.fullmatch(node.id) and target not in desk.files:
            yield _fix(desk, page, node, target, [one for one in components if one])


def fields(element: Element) -> list[Element]:
    """The fields that another product keeps in a task."""
    inside = [one for holder in vendor.children(element, "formData") for one in vendor.inside(holder, "formField")]
    return inside + vendor.children(element, "formProperty")


def _fix(desk: Desk, page: Page, node: Node, target: str, components: list[dict[str, Any]]) -> Fix:
    form = {"type": "default", "id": "form_" + node.id.replace(".", "_"), "schemaVersion": 19, "components": components}

    def edit() -> None:
        desk.fresh[target] = json.dumps(form, ensure_ascii=False, indent=2).encode() + b"\n"
        page.set_ours(node.element, "form", node.id)

    keys = ", ".join(one["key"] for one in components)
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"把{{it}}里的 {len(components)} 个字段做成表单 {target}",
        en=f"make the form {target} of the {len(components)} fields in {{it}}",
        before=keys,
        after=target,
        rule="task-form",
    )


def _component(element: Element) -> dict[str, Any] | None:
    """A field in the form language; None when it cannot be said."""
    key = translate.variable(element.get("id") or "")
    kind = _TYPES.get((element.get("type") or "string").strip().lower())
    default = (element.get("defaultValue") or element.get("default") or element.get("expression") or "").strip()
    if not kind or not key or "${" in default or "#{" in default:
        return None
    label = (element.get("label") or element.get("name") or key).strip()
    made: dict[str, Any] = {"id": "Field_" + key, "key": key, **kind}
    made["dateLabel" if kind["type"] == "datetime" else "label"] = label
    if kind["type"] == "select":
        choices = [((one.get("id") or "").strip(), one.get("name")) for one in vendor.inside(element, "value")]
        if not choices or not all(value for value, _ in choices):
            return None
        made["values"] = [{"value": value, "label": (name or value).strip()} for value, name in choices]
    if default:
        made["defaultValue"] = _default(kind["type"], default)
    if element.get("writable") == "false" or "readonly" in _constraints(element):
        made["readonly"] = True
    if rules := _rules(element, kind["type"]):
        made["validate"] = rules
    return made


def _default(kind: str, words: str) -> Any:
    if kind == "checkbox":
        return words.lower() == "true"
    return float(words) if kind == "number" and words.replace(".", "", 1).isdigit() else words


def _constraints(element: Element) -> dict[str, str]:
    return {
        (one.get("name") or "").lower(): (one.get("config") or "").strip()
        for holder in vendor.inside(element, "validation")
        for one in vendor.inside(holder, "constraint")
    }


def _rules(element: Element, kind: str) -> dict[str, Any]:
    """What the form language checks of a field."""
    said = _constraints(element)
    rules: dict[str, Any] = {}
    if element.get("required") == "true" or said.get("required", "false") in ("", "true"):
        rules["required"] = True
    allowed = {"number": ("min", "max"), "textfield": ("minlength", "maxlength")}.get(kind, ())
    rules.update({_LIMITS[name]: int(said[name]) for name in allowed if said.get(name, "").isdigit()})
    return rules
