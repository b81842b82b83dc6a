"""Expressions that can be read.

What. Every condition, count, correlation, assignment, mapping and script is FEEL that parses, calls only registered
functions with fitting arguments, compares like with like and holds no words of other languages (True, None, len …). A
script is a context or one assignment. Names of variables can be read by FEEL. A diagram may ask for Python
(expressionLanguage, language, scriptFormat), which runs in a sandbox with limits of time and memory, without files,
network and packages; any other language is refused by its name.
Why. A mistake found here costs a minute; found in a running case it costs an incident. Text of a diagram is never run
by the server's own process.
Mend. Follow the hint at the position named; rewrite scripts as a FEEL context { name: value }.

表达式能读懂：条件、数目、关联、分派、映射和脚本都用 FEEL 书写，只调用已登记的函数；Python 在沙箱里
执行；其他语言（JUEL 等）按名称拒绝。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from engine import feel
from engine.bpmn.sandbox import LANGUAGES, NotPython
from engine.bpmn.scripts import Formula, Languages, NoContext, UnknownLanguage
from engine.errors import Finding
from engine.feel import tree
from engine.feel.mistakes import FOREIGN
from engine.gate import panel, places
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE, EVENTS
from engine.gate.finding import found
from engine.gate.foreign import VENDORS
from engine.gate.model import At, Node, local, shown
from engine.gate.near import Guesses
from engine.gate.places import Place
from engine.gate.repair import Repair, repair

TRUTHS = {"condition", "loopCondition", "completionCondition", "activationCondition"}
MOST_TOLD = 5  # mistakes of one expression in a sentence
OFTEN = 3  # reads that make a name from outside a known one
_VARIABLES = ("result", "item", "collect")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about expressions and names of variables."""
    for place in places.expressions(bundle):
        if place.text:
            yield from problems(place, bundle)
        elif not place.optional and not (place.name == "condition" and local(place.at.element) in EVENTS):
            yield found(
                "expression-empty",
                place.at,
                f"{{it}}的{place.what[0]}是空的",
                f"the {place.what[1]} of {{it}} is empty",
                "填写“条件”；其余情况走这条的，清空条件并勾选“默认走这条”",
                "fill in “Condition”; on the flow for all other cases drop it and tick “The default flow”",
            )
    for node in bundle.nodes:
        yield from _variables(node)


def read(place: Place, bundle: Bundle) -> Formula:
    """An expression as the engine's own reader reads it, so that gate and engine cannot differ."""
    return Languages(bundle.functions, LANGUAGES).compile(place.text, place.language, place.script)


def readable(bundle: Bundle) -> list[tuple[Place, feel.Expression, list[tree.Node]]]:
    """The expressions over variables with all their parts: those in FEEL that can be read; the others are told here."""
    if "readable" not in bundle.memo:
        bundle.memo["readable"] = list(_readable(bundle))
    found: list[tuple[Place, feel.Expression, list[tree.Node]]] = bundle.memo["readable"]
    return found


def uses(bundle: Bundle) -> Counter[str]:
    """How many expressions over variables read each name."""
    if "uses" not in bundle.memo:
        bundle.memo["uses"] = Counter(name for _, expression, _ in readable(bundle) for name in expression.certain)
    found: Counter[str] = bundle.memo["uses"]
    return found


def often(bundle: Bundle) -> Guesses:
    """The names read several times, and fields of forms to be: one that is read once may be a slip of them."""
    if "often" not in bundle.memo:
        known = [name for name, count in uses(bundle).items() if count >= OFTEN]
        bundle.memo["often"] = Guesses(list(dict.fromkeys([*known, *_fields(bundle)])))
    found: Guesses = bundle.memo["often"]
    return found


def _fields(bundle: Bundle) -> Iterator[str]:
    """The fields of forms that another product keeps in the diagram: variables once they are forms of ours."""
    for node in bundle.nodes:
        for child in node.element.iter("*"):
            uri, _, tag = str(child.tag).removeprefix("{").rpartition("}")
            if uri in VENDORS and tag in ("formField", "formProperty") and (name := (child.get("id") or "").strip()):
                yield name


def _readable(bundle: Bundle) -> Iterator[tuple[Place, feel.Expression, list[tree.Node]]]:
    for place in places.meant(bundle):
        run: object
        try:
            run = read(place, bundle).run
        except feel.FeelError:
            run = _repaired(place, bundle)
        except (UnknownLanguage, NoContext, NotPython):
            continue
        if isinstance(run, feel.Expression):
            yield place, run, list(tree.parts(run.tree))


def problems(place: Place, bundle: Bundle) -> Iterator[Finding]:
    """What is wrong with one expression."""
    try:
        formula = read(place, bundle)
    except UnknownLanguage:
        yield found(
            "language-refused",
            place.at,
            f"{{it}}的{place.what[0]}用语言“{shown(place.language or '')}”书写，本系统只执行 FEEL 和 Python",
            f"the {place.what[1]} of {{it}} is in “{shown(place.language or '')}”; only FEEL and Python run here",
            "在属性面板里重新写成 FEEL（面板会去掉所写的语言）",
            "write it anew in FEEL in the properties panel, which drops the language",
        )
    except NoContext:
        yield found(
            "script-context",
            place.at,
            f"{{it}}的脚本“{shown(place.text, 60)}”不是上下文，也不是赋值，不会产生变量",
            f"the script “{shown(place.text, 60)}” of {{it}} is no context and no assignment: it sets nothing",
            "写成 { x: 1, y: 2 }，或 x = 1",
            "write { x: 1, y: 2 }, or x = 1",
        )
    except NotPython as problem:
        yield found(
            "python-broken",
            place.at,
            f"{{it}}的{place.what[0]}不能作为 Python 执行：{problem.zh}",
            f"the {place.what[1]} of {{it}} cannot be run as Python: {problem.en}",
            "改正脚本；能用 FEEL 写的请用 FEEL",
            "correct the script, or write it in FEEL",
        )
    except feel.FeelError as problem:
        yield _broken(place, problem, bundle)
        if better := _repaired(place, bundle):
            yield from _doubts(place, better, bundle)
    else:
        if isinstance(formula.run, feel.Expression):
            yield from _doubts(place, formula.run, bundle)


def _repair(place: Place, bundle: Bundle) -> Repair:
    return repair(place.text, lambda text: read(replace(place, text=text), bundle))


def _repaired(place: Place, bundle: Bundle) -> feel.Expression | None:
    """What an expression that cannot be read is likely to mean, so that its other mistakes are told as well."""
    better = _repair(place, bundle).text
    try:
        run = read(replace(place, text=better), bundle).run if better else None
    except (UnknownLanguage, NoContext, NotPython, feel.FeelError):
        return None
    return run if isinstance(run, feel.Expression) else None


def _broken(place: Place, problem: feel.FeelError, bundle: Bundle) -> Finding:
    """All that is wrong with how an expression is written, and the whole as it can be read."""
    found_all = _repair(place, bundle)
    meant = found_all.text
    if meant is None and len(found_all.problems) < 2:
        return _wrong("expression-broken", place, problem)
    text = shown(place.text, 60)
    if found_all.foreign:
        zh, en = "这是 XPath 的写法，本系统用 FEEL", "this is XPath; expressions are FEEL here"
    else:
        zh, en = _listed(found_all.problems)
    last = found_all.problems[-1].hint if found_all.problems else ("", "")
    return found(
        "expression-broken",
        place.at,
        f"{{it}}的{place.what[0]}“{text}”有误：{zh}",
        f"the {place.what[1]} “{text}” of {{it}} is wrong: {en}",
        f"写成 {shown(meant, 200)}" if meant else last[0] or "按所指位置逐一改正",
        f"write {shown(meant, 200)}" if meant else last[1] or "correct each at the position named",
    )


def _listed(problems: list[feel.FeelError]) -> tuple[str, str]:
    """Several mistakes of one expression: each with its mend, or what was expected."""
    zh = [f"第 {one.position + 1} 个字符处：{one.hint[0] or one.expected[0]}" for one in problems[:MOST_TOLD]]
    en = [f"at character {one.position + 1}: {one.hint[1] or one.expected[1]}" for one in problems[:MOST_TOLD]]
    more = ["…"] if len(problems) > MOST_TOLD else []
    return "；".join(zh + more), "; ".join(en + more)


def _wrong(code: str, place: Place, problem: feel.FeelError) -> Finding:
    zh, en = problem.zh.removesuffix("。" + problem.hint[0]), problem.en.removesuffix("; " + problem.hint[1])
    return found(
        code,
        place.at,
        f"{{it}}的{place.what[0]}“{shown(place.text, 60)}”有误：{zh}",
        f"the {place.what[1]} “{shown(place.text, 60)}” of {{it}} is wrong: {en}",
        problem.hint[0] or "按所指位置改正",
        problem.hint[1] or "correct it at the position named",
    )


def _doubts(place: Place, expression: feel.Expression, bundle: Bundle) -> Iterator[Finding]:
    """What parses, but cannot be meant."""
    if place.name in TRUTHS and isinstance(expression.tree, tree.Number | tree.Text | tree.Temporal):
        yield found(
            "condition-never",
            place.at,
            f"{{it}}的{place.what[0]}“{shown(place.text, 60)}”是一个固定的值，永远不成立",
            f"the {place.what[1]} “{shown(place.text, 60)}” of {{it}} is a fixed value and never true",
            "写成比较，如 amount > 10",
            "write a comparison such as amount > 10",
        )
        return
    parts = list(tree.parts(expression.tree))
    calls = [part.function for part in parts if isinstance(part, tree.Call) and isinstance(part.function, tree.Name)]
    missing = {call.at for call in calls if call.name in expression.names}
    constant = not expression.names and not calls
    told = list(feel.check(expression.text, None, bundle.functions))
    for part in parts if constant or not told else ():  # else the reader has told it
        operator, sides = _reckoned(part)
        if any(isinstance(side, tree.Text | tree.Boolean) for side in sides):
            yield _no_number(place, operator)
            told = []
    for problem in told:
        if problem.position in missing:
            yield _wrong("function-unknown", place, problem)
        else:
            yield _wrong("expression-constant" if constant else "expression-wrong", place, problem)
    for name in sorted(expression.names & FOREIGN.keys() - {call.name for call in calls}):
        yield found(
            "expression-foreign",
            place.at,
            f"{{it}}的{place.what[0]}里的“{shown(name)}”不是 FEEL 的写法",
            f"“{shown(name)}” in the {place.what[1]} of {{it}} is not how FEEL says it",
            *(_answered(place, bundle, name) or FOREIGN[name]),
        )


def _answered(place: Place, bundle: Bundle, name: str) -> tuple[str, str] | None:
    """What to ask where a condition is but the answer that leads this way (`是`): the gateway's question."""
    if place.name != "condition" or place.text.strip() != name:
        return None
    sources = (flow.source for scope in bundle.scopes for flow in scope.flows if flow.element is place.at.element)
    label = next((source.element.get("name") or "" for source in sources if source is not None), "")
    variable = re.sub(r"\W+", "_", label).strip("_")
    variable = variable if feel.is_simple(variable) else "答复"
    return f'写成比较：{variable} = "{name}"', f'write a comparison: {variable} = "{name}"'


def _reckoned(part: tree.Node) -> tuple[str, tuple[tree.Node, ...]]:
    """The operator that wants numbers, and what it is given."""
    if isinstance(part, tree.Negation):
        return "-", (part.operand,)
    if isinstance(part, tree.Binary) and part.operator in ("-", "*", "/", "**"):
        return part.operator, (part.left, part.right)
    return "", ()


def _no_number(place: Place, operator: str) -> Finding:
    return found(
        "expression-wrong",
        place.at,
        f"{{it}}的{place.what[0]}“{shown(place.text, 60)}”用 {operator} 计算文本或真假值，结果总是空",
        f"the {place.what[1]} “{shown(place.text, 60)}” of {{it}} reckons with a text by {operator}: it is always null",
        "数字不加引号；连接文本用 +",
        "write numbers without quotes; join texts by +",
    )


def _variables(node: Node) -> Iterator[Finding]:
    named = [(name, owner.get(BANJIE + name)) for owner in places.owners(node) for name in _VARIABLES]
    named += [(str(child.tag)[len(BANJIE) :], child.get("name") or "") for child in places.mappings(node)]
    for what, name in named:
        if name is not None and not feel.is_simple(name.strip()):
            yield found(
                "variable-name",
                At(node.file, node.element),
                f"{{it}}的{panel.field(what)[0]}用“{shown(name)}”作变量名，无法读取",
                f"{panel.field(what)[1]} of {{it}} names the variable “{shown(name)}”, which cannot be read",
                "变量名以字母或汉字开头，只含字母、汉字、数字和下划线，不用 in、and 等保留字",
                "begin with a letter, use letters, digits and _, and no reserved word such as in or and",
            )
