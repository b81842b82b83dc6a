"""The shape of a form-js schema: which names it binds, and what is wrong with it before form-js is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

COMPONENT_LIMIT = 300
DEPTH_LIMIT = 10
SCHEMA_VERSION = 19  # of form-js-viewer 2.0

CHOICES = frozenset({"select", "radio", "taglist", "checklist"})
KEYED = CHOICES | {"textfield", "textarea", "number", "datetime", "checkbox", "expression"}
CONTAINERS = frozenset({"default", "group", "dynamiclist"})
DISPLAYS = frozenset({"text", "image", "table", "html", "spacer", "separator", "button"})
# iframes fetch from other hosts; form-js' file components carry names only: files belong to the page around the form.
REFUSED = frozenset({"iframe", "filepicker", "documentPreview"})
NAME = re.compile(r"[^\W\d]\w*\Z")
RESERVED = frozenset({"this", "parent", "i", "constructor", "prototype"}) | frozenset(
    {"and", "or", "not", "if", "then", "else", "for", "in", "some", "every", "satisfies", "return", "between"}
    | {"function", "true", "false", "null"}
)


def tree(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Names to None (an answer), a dict (a group's path) or a list of one dict (rows)."""
    names_of: dict[str, Any] = {}

    def place(components: list[Any], here: dict[str, Any]) -> None:
        for component in components:
            kind = component.get("type")
            if kind in KEYED:
                *groups, name = component["key"].split(".")
                _descend(here, groups)[name] = None
            elif kind in CONTAINERS:
                names = (component.get("path") or "").split(".") if component.get("path") else []
                if kind == "dynamiclist":
                    rows = _descend(here, names[:-1]).setdefault(names[-1], [{}])
                    place(component.get("components", []), rows[0])
                else:
                    place(component.get("components", []), _descend(here, names))

    place(schema.get("components", []), names_of)
    return names_of


def _descend(tree: dict[str, Any], names: list[str]) -> dict[str, Any]:
    for name in names:
        tree = tree.setdefault(name, {})
    return tree


def problems(schema: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a schema, as (zh, en) sentences."""
    if (
        not isinstance(schema, dict)
        or schema.get("type") != "default"
        or not isinstance(schema.get("components"), list)
    ):
        yield (
            "不是 form-js 表单：缺少 type 或 components",
            'not a form-js form: "type": "default" or "components" is missing',
        )
        return
    version = schema.get("schemaVersion")
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        yield f"schemaVersion 应为 1 到 {SCHEMA_VERSION}", f"schemaVersion must be 1 to {SCHEMA_VERSION}"
    total = 0
    ids: set[str] = set()

    def walk(components: list[Any], taken: set[str], depth: int) -> Iterator[tuple[str, str]]:
        nonlocal total
        if depth > DEPTH_LIMIT:
            yield f"分组嵌套超过 {DEPTH_LIMIT} 层", f"groups nest deeper than {DEPTH_LIMIT}"
            return
        for component in components:
            total += 1
            if not isinstance(component, dict):
                yield "表单中有不是对象的组件", "a component is not an object"
                continue
            kind = str(component.get("type"))
            what = str(component.get("key") or component.get("label") or component.get("id") or kind)[:60]
            if (mark := component.get("id")) is not None:
                if not isinstance(mark, str) or mark in ids:
                    yield f"组件“{what}”的 id 重复或不是文字", f"component {what}: its id is used twice or is not text"
                    continue
                ids.add(mark)
            yield from _component(component, kind, what, taken)
            inner = component.get("components", [])
            if kind in CONTAINERS and not isinstance(inner, list):
                yield f"分组“{what}”的 components 应为列表", f"group {what}: components must be a list"
            elif kind in CONTAINERS:
                # Names are unique within one object of the data: a group with a path and a list open a new one.
                yield from walk(inner, set() if component.get("path") else taken, depth + 1)

    yield from walk(schema["components"], set(), 1)
    if total > COMPONENT_LIMIT:
        yield f"组件超过 {COMPONENT_LIMIT} 个", f"more than {COMPONENT_LIMIT} components"


def _component(component: dict[str, Any], kind: str, what: str, taken: set[str]) -> Iterator[tuple[str, str]]:
    if kind in REFUSED:
        yield (
            f"不支持组件 {kind}（“{what}”）：附件请在任务页面上传",
            f"component {kind} ({what}) is not supported: files belong to the task page",
        )
    elif kind not in KEYED | CONTAINERS | DISPLAYS or kind == "default":
        yield f"未知的组件类型 {kind}（“{what}”）", f"unknown component type {kind} ({what})"
    if kind in KEYED or component.get("path") or kind == "dynamiclist":
        attribute = "key" if kind in KEYED else "path"
        name = component.get(attribute)
        parts = name.split(".") if isinstance(name, str) else []
        if not parts or not all(NAME.match(p) and p not in RESERVED and not p.startswith("__") for p in parts):
            yield (
                f"组件“{what}”的 {attribute}“{name}”不能作变量名：用字母、汉字、数字和下划线，不以数字开头",
                f"{what}: {attribute} {name!r} is no usable name: letters, digits, underscore, no digit first",
            )
        elif kind in KEYED or kind == "dynamiclist":
            if name in taken:
                yield f"字段名“{name}”重复", f"the key {name} is used twice"
            taken.add(str(name))
    if kind in CHOICES:
        yield from _options(component, what)
    validate = component.get("validate", {})
    if not isinstance(validate, dict):
        yield f"字段“{what}”的 validate 应为对象", f"field {what}: validate must be an object"
        return
    if validate.get("validationType") == "phone":
        yield (
            f"字段“{what}”：form-js 的电话校验不认国内号码，请改用 pattern，如 ^1\\d{{10}}$",
            f"field {what}: form-js' phone check refuses domestic numbers; use a pattern, e.g. ^1\\d{{10}}$",
        )
    pattern = validate.get("pattern")
    if pattern is not None and (not isinstance(pattern, str) or len(pattern) > 500):
        yield (
            f"字段“{what}”的 pattern 应为 500 字以内的文字",
            f"field {what}: pattern must be text of at most 500 characters",
        )


def _options(component: dict[str, Any], what: str) -> Iterator[tuple[str, str]]:
    sources = [name for name in ("values", "valuesKey", "valuesExpression") if component.get(name) not in (None, "")]
    if len(sources) != 1:
        yield (
            f"字段“{what}”的选项来源应恰有一个：values、valuesKey 或 valuesExpression",
            f"field {what}: exactly one of values, valuesKey and valuesExpression must give the options",
        )
        return
    if sources != ["values"]:
        return
    options = component["values"]
    if not isinstance(options, list) or not options or not all(isinstance(one, dict) for one in options):
        yield f"字段“{what}”没有选项", f"field {what} has no options"
        return
    values = [one.get("value") for one in options]
    if not all(isinstance(value, str | int | float) and value != "" for value in values):
        yield f"字段“{what}”有的选项没有 value", f"field {what}: an option has no value"
    elif len(set(values)) != len(values):
        yield f"字段“{what}”的选项值重复", f"field {what}: an option's value is used twice"
    if not all(isinstance(one.get("label"), str) and one["label"] for one in options):
        yield f"字段“{what}”有的选项没有 label", f"field {what}: an option has no label"
