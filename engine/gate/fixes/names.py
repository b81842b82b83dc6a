"""Give variables names that every part can write.

What. A variable whose name has blanks or signs (`Service Level`, `first-name`) gets underscores in their place, in all
of the bundle at once: conditions and other expressions, the fields of forms, inputs and outputs of decision tables.
Why. FEEL and decision tables read names with blanks, but the fields of a form cannot have them: nobody could fill in
such a variable.
Before. `Service Level = "Premium"`, a field with the key `Service Level`
After. `Service_Level = "Premium"`, a field with the key `Service_Level`

变量改名：名称里有空格或符号的变量，表单的字段写不了；在整个部署包的表达式、表单和决策表里一起改成下划线。
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from engine import errors, feel
from engine.gate import bundle as bundles
from engine.gate.elements import BANJIE
from engine.gate.fixes import translate
from engine.gate.fixes.desk import Desk
from engine.gate.fixes.offer import Fix, Offer
from engine.gate.fixes.page import Page
from engine.gate.model import Element, local
from engine.gate.places import FORMULAS, TIMERS

KIND = "names"
_TEXTS = frozenset({"conditionExpression", "loopCardinality", "completionCondition", "condition", "script", *TIMERS})
_VARIABLES = ("result", "item", "collect", "decision")
_NAMED = frozenset({"inputData", "decision", "variable", "output"})  # elements of a decision table that name a variable
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')
Rewrite = Callable[[str], str]


def find(desk: Desk) -> Iterator[Fix]:
    """Names with blanks and signs, each once."""
    found: dict[str, None] = {}
    for file, data in sorted(desk.files.items()):
        if bundles.kind(file) == bundles.FORM and (form := _json(data)) is not None:
            found |= {part: None for key in _keys(form) for part in key.split(".")}
    for sheet in desk.sheets:
        found |= {name: None for _, _, words in expressions(sheet.page) for name in sorted(read(words))}
    renames: dict[str, str] = {}
    for name in found:
        new = translate.variable(name)
        if new and new != name and not feel.is_simple(name):
            yield _fix(desk, renames, name, new)


def _fix(desk: Desk, renames: dict[str, str], name: str, new: str) -> Fix:
    file = desk.sheets[0].file if desk.sheets else ""
    zh = f"变量“{name}”在整个包里改名为 {new}：表单的字段名不能有空格和符号"
    en = f"Rename the variable “{name}” to {new} in the whole bundle: fields of forms have no blanks or signs"
    offer = Offer(f"{KIND}:{file}:{new}", KIND, file, None, zh, en, name, new, None)
    return Fix(offer, partial(_rename, desk, renames, name, new))


def plain(data: bytes) -> bytes:
    """A form whose keys can be written; as it stands where they all can."""
    form = _json(data)
    parts = {part for key in _keys(form) for part in key.split(".")}
    renames = {part: new for part in parts if not feel.is_simple(part) and (new := translate.variable(part))}
    if not renames:
        return data
    fresh = _form(form, renames, partial(renamed, renames))
    return json.dumps(fresh, ensure_ascii=False, indent=2).encode() + b"\n"


def _rename(desk: Desk, renames: dict[str, str], name: str, new: str) -> None:
    """Rename one more variable: every text is written anew with all of them."""
    renames[name] = new
    rewrite = partial(renamed, renames)
    for sheet in desk.sheets:
        _edit(sheet.page, expressions(sheet.page), rewrite)
        for element, attribute, words in _variables(sheet.page):
            if words in renames:
                sheet.page.set(element, attribute, renames[words])
    for file, data in desk.files.items():
        if bundles.kind(file) == bundles.FORM and (form := _json(data)) is not None:
            fresh = _form(form, renames, rewrite)
            if fresh != form:
                desk.fresh[file] = json.dumps(fresh, ensure_ascii=False, indent=2).encode() + b"\n"
        elif bundles.kind(file) == bundles.TABLE:
            _table(desk, file, data, renames, rewrite)


def _edit(page: Page, places: Iterator[tuple[Element, str, str]], rewrite: Rewrite) -> None:
    for element, attribute, words in places:
        if (fresh := rewrite(words)) != words:
            if attribute:
                page.set(element, attribute, fresh)
            else:
                page.write(element, fresh)


def expressions(page: Page) -> Iterator[tuple[Element, str, str]]:
    """Where FEEL stands: element, attribute ("" for its text), text."""
    for element in page.root.iter("*"):
        if local(element) in _TEXTS and len(element) == 0 and (element.text or "").strip():
            yield element, "", element.text or ""
        for name in FORMULAS:
            if words := element.get(BANJIE + name):
                yield element, BANJIE + name, words
        if element.tag in (BANJIE + "input", BANJIE + "output") and (words := element.get("value")):
            yield element, "value", words


def _variables(page: Page) -> Iterator[tuple[Element, str, str]]:
    for element in page.root.iter("*"):
        for name in _VARIABLES:
            if words := element.get(BANJIE + name):
                yield element, BANJIE + name, words.strip()


def read(words: str) -> frozenset[str]:
    """The variables an expression reads; none where it is not FEEL."""
    try:
        return feel.compile(words.strip()).names
    except (feel.FeelError, ValueError, RecursionError):
        return frozenset()


def renamed(renames: dict[str, str], words: str) -> str:
    """An expression with its variables renamed; what stands in quotes stays."""
    parts = _STRING.split(words)
    for name in sorted(renames, key=len, reverse=True):
        loose = r"\s+".join(map(re.escape, name.split()))
        pattern = re.compile(rf"(?<!\w){loose}(?!\w)")
        parts[::2] = [pattern.sub(renames[name], part) for part in parts[::2]]
    return "".join(parts)


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _keys(form: Any) -> Iterator[str]:
    for component in form.get("components") or () if isinstance(form, dict) else ():
        if isinstance(component, dict):
            yield from (component[name] for name in ("key", "path") if isinstance(component.get(name), str))
            yield from _keys(component)


def _form(value: Any, renames: dict[str, str], rewrite: Rewrite, name: str = "") -> Any:
    """A form with its keys, paths and expressions renamed."""
    if isinstance(value, dict):
        return {key: _form(inner, renames, rewrite, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_form(inner, renames, rewrite) for inner in value]
    if not isinstance(value, str):
        return value
    if name in ("key", "path"):
        return ".".join(renames.get(part, part) for part in value.split("."))
    return rewrite(value) if value.startswith("=") else value


def _table(desk: Desk, file: str, data: bytes, renames: dict[str, str], rewrite: Rewrite) -> None:
    """A decision table with its names and expressions renamed."""
    try:
        page = Page(data)
    except errors.Invalid:
        return
    for element in page.root.iter("*"):
        tag = str(element.tag).rpartition("}")[2]
        if tag in _NAMED and (said := " ".join((element.get("name") or "").split())) in renames:
            page.set(element, "name", renames[said])
        if tag == "text" and len(element) == 0 and (words := element.text or "") != rewrite(words):
            page.write(element, rewrite(words))
    if page.changed:
        desk.fresh[file] = page.data()
