"""Correct a misspelt variable.

What. A name that nothing sets, and that is a variable of the bundle but for a slip of the pen, becomes that variable.
Why. What nothing sets is null: the condition never holds, and nobody sees why. Only in the expression at hand is it
changed; a name that is nearly another one and meant so is set by a step of its own.
Before. `amuont > 1000`, where a form has the field `amount`
After. `amount > 1000`

改正写错的变量名：没有步骤产生、只差一两个字母的变量名，改成流程里已有的那个。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from engine import feel
from engine.gate import bundle as bundles
from engine.gate import facts
from engine.gate.fixes import names
from engine.gate.fixes.desk import Desk, Sheet, fix
from engine.gate.fixes.offer import Fix
from engine.gate.model import Element, bearer, local, owner, shown
from engine.gate.rules import meaning

KIND = "slip"


def find(desk: Desk) -> Iterator[Fix]:
    """Names that are certainly slips, each where it is read."""
    schemas = dict(desk.names.forms) if isinstance(desk.names.forms, Mapping) else None
    bundle = bundles.read(desk.files, (), desk.names.connectors, desk.names.roles, schemas)
    told = facts.of(bundle)
    certain = {(one.file, one.element, one.mend_zh) for one in meaning.check(bundle) if one.rule == "name-unknown"}
    for sheet in desk.sheets:
        for element, attribute, words in names.expressions(sheet.page):
            for name in sorted(names.read(words) - told.variables.keys() - feel.BUILTINS.keys()):
                other, holder = told.guesses.meant(name), _holder(element)
                if other and (sheet.file, owner(holder).get("id"), f"是否指 {other}？") in certain:
                    yield _one(sheet, element, attribute, words, name, other, holder)


def _one(sheet: Sheet, element: Element, attribute: str, words: str, name: str, other: str, holder: Element) -> Fix:
    fresh = names.renamed({name: other}, words)
    edit = partial(sheet.page.set, element, attribute) if attribute else partial(sheet.page.write, element)
    return fix(
        KIND,
        sheet.file,
        element,
        partial(edit, fresh),
        zh=f"把{{it}}里的“{shown(name)}”改成 {shown(other)}",
        en=f"write {shown(other)} instead of “{shown(name)}” in {{it}}",
        before=words,
        after=fresh,
        rule="name-unknown",
        part=name,
        about=holder,
    )


def _holder(element: Element) -> Element:
    parent = element.getparent()
    return parent if local(element) == "conditionExpression" and parent is not None else bearer(element)
