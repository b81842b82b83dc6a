"""Say conditions in FEEL.

What. Conditions, counts and completion conditions in JUEL (`${a == 'x' && !b}`), JavaScript's or Groovy's comparisons,
or Python are written in FEEL where both mean the same; the name of the other language goes. Python of a SpiffWorkflow
diagram that FEEL does not say keeps its text and is marked `language="python"`: it runs in the sandbox. An empty
condition is taken away at a gateway, where a flow without one is judged anew, and where no other flow leaves the
step: a second flow out of a task would be taken beside the first.
Why. Only FEEL and marked Python run here. Texts that rely on conversions ("10" equal to 10) or call methods are left
to a person.
Before. `<conditionExpression>${amount > 10 && kind == 'food'}</conditionExpression>`
After. `<conditionExpression>amount &gt; 10 and kind = "food"</conditionExpression>`

条件改写为 FEEL：JUEL、JavaScript、Groovy、Python 的条件在含义相同时改写；SpiffWorkflow 图里不能改写的标为 python；
网关的空条件、唯一出线的空条件删去。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.bpmn.sandbox import LANGUAGES, NotPython
from engine.bpmn.scripts import Languages, NoContext, UnknownLanguage
from engine.feel import FeelError
from engine.gate import panel
from engine.gate.elements import BPMN, ELEMENTS
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, local, ref, text

KIND = "expression"
PLACES = frozenset({"condition", "loopCondition", "loopCardinality", "completionCondition", "activationCondition"})
_NAMED = ("juel", "javascript", "ecmascript", "groovy", "mvel", "java.com/java", "uel", "python")
_READER = Languages({}, LANGUAGES)


def find(desk: Desk) -> Iterator[Fix]:
    """Expressions that are not FEEL yet, and those that are empty."""
    for page, flow in desk.flows:
        element = flow.element.find(BPMN + "conditionExpression")
        without_effect = flow.source is not None and (
            flow.source.tag == "parallelGateway" or (flow.id and ref(flow.source.element, "default") == flow.id)
        )
        if element is None or without_effect:
            continue
        if not text(element) and len(element) == 0:
            if flow.source is not None and (flow.source.is_gateway or len(flow.source.outgoing) == 1):
                yield _empty(page, flow.file, element, flow.element)
        else:
            yield from _one(page, flow.file, element, flow.element)
    for page, node in desk.nodes:
        holders = [node.element, *(definition for _, definition in node.definitions)]
        holders += [child for child in node.element if local(child).endswith("LoopCharacteristics")]
        for element in (child for holder in holders for child in holder if local(child) in PLACES):
            yield from _one(page, node.file, element, node.element)


def _one(page: Page, file: str, element: Element, holder: Element) -> Iterator[Fix]:
    words, own, default = text(element), element.get("language"), page.root.get("expressionLanguage")
    rule = complaint(words, own or default)
    if not words or rule == "":
        return
    spiff = vendor.spiff(element)
    named = own or (default if rule == "language-refused" else None)
    if named and rule == "language-refused" and not any(one in named.lower() for one in _NAMED):
        return  # a language we know nothing of
    found = translate.to_feel(words, strict=spiff)
    if found is not None:
        language = "feel" if default and complaint(found, default) == "language-refused" else None
        yield fix(
            KIND,
            file,
            element,
            partial(_write, page, element, found, language),
            zh=f"把{{it}}的{_kind(element)[0]}改写为 FEEL",
            en=f"say the {_kind(element)[1]} of {{it}} in FEEL",
            before=words,
            after=found,
            rule=rule,
            about=holder,
        )
    elif spiff and not own and _runs(words, "python"):
        yield fix(
            KIND,
            file,
            element,
            partial(page.set, element, "language", "python"),
            zh=f"把{{it}}的{_kind(element)[0]}标为 Python，在沙箱里执行",
            en=f"mark the {_kind(element)[1]} of {{it}} as Python, to be run in the sandbox",
            before=words,
            after='language="python"',
            rule=rule,
            about=holder,
        )


def complaint(words: str, language: str | None, script: bool = False) -> str | None:
    """The gate's finding about an expression; "" when it is fine, None when only a leading "=" is to go."""
    try:
        _READER.compile(words, language, script)
    except UnknownLanguage:
        return "language-refused"
    except NotPython:
        return "python-broken"
    except NoContext:
        return "script-context"
    except (FeelError, ValueError, RecursionError):
        return "expression-broken"
    if (language or "").strip().lower() in LANGUAGES:
        return ""
    if words.strip().startswith("="):
        return None
    return "" if script or translate.is_feel(words) else "expression-foreign"


def _runs(words: str, language: str) -> bool:
    return complaint(words, language) == ""


def _write(page: Page, element: Element, words: str, language: str | None) -> None:
    page.write(element, words)
    page.set(element, "language", language)


def _empty(page: Page, file: str, element: Element, holder: Element) -> Fix:
    return fix(
        KIND,
        file,
        element,
        partial(page.remove, element),
        zh="删去{it}的条件：它是空的",
        en="take the condition of {it} away: it is empty",
        before="",
        after="",
        rule="expression-empty",
        about=holder,
    )


def _kind(element: Element) -> tuple[str, str]:
    """What sentences call an expression."""
    name = local(element)
    row = ELEMENTS[name]
    zh, en = panel.WORDS.get("condition" if name == "conditionExpression" else name, (row.zh, row.en))
    return f"“{zh}”", f"“{en}”"
