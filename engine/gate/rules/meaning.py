"""Expressions that mean something: names that exist, values that can occur, kinds that can be compared.

What. Every variable in a condition, assignment, correlation, timer, input or script is set somewhere in the bundle; in
a process with a plain start, one that nothing sets must be given at the start, which is told once for each; in one
that takes in a message unmapped others are told together (see the names that a message must bring). A comparison with a
text asks for a value the variable can have, where a form's options or a decision's answers are all there are; numbers,
texts, lists and dates are compared with their like; a condition is true or false, a due time a date, a priority a
number, a collection a list; what stands behind a dot is an entry there is.
Why. A name nobody sets is null and a value nobody gives never comes: the condition is silently never true, and every
case takes the other way; where that is the only way to an end, no case ever ends.
Mend. Put texts in double quotes, correct the spelling, take a value from the list; a date field of a form is compared
as date(x).

表达式要有含义：变量须有步骤产生；比较的值须是表单选项或决策结果之一；类型须一致；文本要加半角双引号。普通开始事件的流程里，
没有步骤产生的变量须在启动时给出，各提醒一次。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine import feel
from engine.bpmn import limits
from engine.errors import Finding
from engine.feel import checking, tree
from engine.gate import answers, exits, facts, repair, time_words
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.known import DATE_TEXTS, DAY_OF, KINDS, Known, is_date, of_node
from engine.gate.model import local, shown
from engine.gate.near import listed, near, quoted
from engine.gate.places import Place
from engine.gate.rules import expressions, ways_out

Say = tuple[str, str]
_CONSTANTS = (tree.Text, tree.Number, tree.Boolean)
_EQUALITY = ("=", "!=")
_RECKONS = ("+", "-", "*", "/", "**")
_GIVEN = "given at the start"
_ORDER = ("<", "<=", ">", ">=")
_WANTED = {  # what an attribute takes, and the mend
    "due": (
        frozenset({"date", "date and time", "string", "date text", "date-time text"}),
        ('写日期或日期时间，如 now() + duration("P5D")', 'write a date or date-time such as now() + duration("P5D")'),
    ),
    "priority": (
        frozenset({"number"}),
        ("写数字：0 紧急，1 普通，2 次紧急", "write a number: 0 urgent, 1 ordinary, 2 less so"),
    ),
    "collection": (frozenset({"list"}), ("写列表，如 [a, b]", "write a list such as [a, b]")),
}
_A_TIME = (
    "时间写成 P2D（时长）、R/P1D（周期）或 2026-01-01T09:00:00+08:00（时刻）",
    "write a time as P2D (a duration), R/P1D (a cycle) or 2026-01-01T09:00:00+08:00 (a date)",
)
_TEMPORAL = frozenset({"date", "date and time", "time"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about the meaning of the diagrams' expressions."""
    _given(bundle)
    for place, expression, parts in expressions.readable(bundle):
        yield from _Meaning(bundle, place, expression, parts).findings()


def given(bundle: Bundle) -> list[tuple[str | None, str]]:
    """(process, variable) that an expression uses, nothing sets and nothing tells to be a slip: given at the start."""
    if _GIVEN not in bundle.memo:
        for _ in check(bundle):
            pass
    return list(_given(bundle))


def _given(bundle: Bundle) -> dict[tuple[str | None, str], None]:
    found: dict[tuple[str | None, str], None] = bundle.memo.setdefault(_GIVEN, {})
    return found


class _Meaning:
    """One expression at its place."""

    def __init__(self, bundle: Bundle, place: Place, expression: feel.Expression, parts: list[tree.Node]) -> None:
        self.bundle, self.place, self.expression, self.parts = bundle, place, expression, parts
        self.facts = facts.of(bundle)
        element = place.at.element
        while local(element) != "process" and (parent := element.getparent()) is not None:
            element = parent
        self.process = element.get("id")
        self.closed = not self.facts.wild and self.process not in self.facts.open
        self.plain = not self.facts.wild and self.process not in self.facts.fed
        self.truth = place.name in expressions.TRUTHS
        self.exit = None if self.closed else exits.of(bundle).get(place.at.element)  # the only way to an end
        self.inside = facts.declared_inside(parts)
        hidden = self.inside & self.facts.variables.keys()
        self.variables = {k: v for k, v in self.facts.variables.items() if k not in hidden} if hidden else None

    def findings(self) -> Iterator[Finding]:
        """What is wrong with it."""
        parts = self.parts
        called = {p.function.name for p in parts if isinstance(p, tree.Call) and isinstance(p.function, tree.Name)}
        free = self.expression.names & self.expression.certain
        unknown = free - self.facts.variables.keys() - self.bundle.functions.keys() - called - self.inside
        for name in sorted(unknown - expressions.FOREIGN.keys()):
            yield from self._name(name, parts)
        if self.truth:
            yield from self._reckoned(self.expression.tree)
        if self.facts.wild:
            return
        if self.truth:
            yield from self._condition(self.expression.tree)
        yield from self._attribute()
        for part in parts:
            if isinstance(part, tree.Binary) and part.operator in (*_EQUALITY, *_ORDER):
                yield from self._compared(part)
            elif isinstance(part, tree.In):
                yield from self._among(part)
            elif isinstance(part, tree.Path):
                yield from self._entry(part)
            elif isinstance(part, tree.Call):
                yield from self._contained(part)

    # -- names --------------------------------------------------------------------------------------------------------
    def _name(self, name: str, parts: list[tree.Node]) -> Iterator[Finding]:
        if self.place.name == "timer" and (time_words.means(name) or time_words.clock(name)):
            return  # the rule about timers has told it
        if self._decided(name):
            return  # the rule about answers of decisions has told it
        if self.truth and (meant := repair.comparison(name)):
            hint = f"写成比较：{meant}", f"write a comparison: {meant}"
            yield self._unset("name-unknown", name, hint)
            return
        beside = self._beside(name, parts)
        options = {value for known in beside for value in known.values or () if isinstance(value, str)}
        if name in options or (not name.isascii() and name in self.facts.texts):
            yield self._text(name, name)
        elif options and not name.isascii():
            yield self._text(name, near(name, options))
        elif other := self.facts.guesses.meant(name):
            hint = f"是否指 {other}？", f"did you mean {other}?"
            yield self._unset("name-unknown" if self.closed or self._slips(name, other) else "name-near", name, hint)
        elif self.closed:
            other = near(name, self.facts.variables.keys())
            yield self._unset("name-unknown", name, _made(self._quotes(name), other))
        elif other := self._used(name):
            hint = f"是否指 {other}？其他地方写作 {other}", f"did you mean {other}, as it is written elsewhere?"
            yield self._unset("name-near", name, hint)
        elif self._like_text(name, beside):
            yield self._unset("name-near", name, self._quotes(name))
        elif name in ways_out.unchanged(self.bundle).get(self.place.at.element, ()):
            return  # the rule about ways out of loops has told it: given at the start it changes nothing
        elif self._first(name) and self.plain:
            yield self._not_yet(name)  # of other processes they are told together

    def _decided(self, name: str) -> bool:
        """Whether a decision gives it whose answer is not kept yet: what it can be is not known before it is."""
        return (self.process, name) in answers.meant(self.bundle)

    def _not_yet(self, name: str) -> Finding:
        """A name that nothing here sets, and how it can still come."""
        quotes = self._quotes(name)
        text_zh, text_en = (f"；{quotes[0]}", f"; {quotes[1]}") if quotes[0] else ("", "")
        sent = self.process in self.facts.told
        also = ("，收到的消息里也没有它", ", nor is it in the messages that come") if sent else ("", "")
        return self._say(
            "name-unset",
            f"没有步骤产生变量“{shown(name)}”{also[0]}：启动时须给出它",
            f"nothing sets the variable “{shown(name)}”{also[1]}: it must be given at the start",
            (
                f"加进某个任务的表单、脚本或“取回的数据”，或在启动时给出{text_zh}",
                f"add it to a form, a script or “Outputs”, or give it at the start{text_en}",
            ),
        )

    def _quotes(self, name: str) -> Say:
        """That a text has quotes, where the name may be one; "" where it stands beside a constant and is none."""
        if self.place.name == "timer":
            return _A_TIME
        for part in self.parts:
            sides = (part.left, part.right) if isinstance(part, tree.Binary) else ()
            named = any(isinstance(side, tree.Name) and side.name == name for side in sides)
            if named and any(isinstance(side, _CONSTANTS) for side in sides):
                return "", ""
        return _quotes(name)

    def _first(self, name: str) -> bool:
        """Whether this is the first use in the process of a name that is to be given at the start."""
        told = _given(self.bundle)
        new = (self.process, name) not in told
        told[self.process, name] = None
        return new

    def _slips(self, name: str, other: str) -> bool:
        """Whether a name is certainly a slip: a step of this process sets the other, and hardly anything reads it."""
        setters = self.facts.setters.get(other, ())
        here = any(node.scope.process.id == self.process for node in setters)
        return here and self.plain and expressions.uses(self.bundle)[name] < expressions.OFTEN

    def _used(self, name: str) -> str | None:
        """A name used several times elsewhere which this one, used once, certainly means."""
        return expressions.often(self.bundle).meant(name) if expressions.uses(self.bundle)[name] == 1 else None

    def _like_text(self, name: str, beside: list[Known]) -> bool:
        """Whether a name used once looks like a text: compared with one, or all there is of an assignment."""
        looks = (not name.isascii() or (name.isupper() and len(name) > 1)) and expressions.uses(self.bundle)[name] == 1
        alone = not self.truth and isinstance(self.expression.tree, tree.Name)
        return looks and (alone or (bool(beside) and all(known.kind in (None, "string") for known in beside)))

    def _beside(self, name: str, parts: list[tree.Node]) -> list[Known]:
        """What the name is compared with: variables that are set."""
        found: list[Known] = []
        for part in parts:
            sides: list[tuple[tree.Node, tree.Node]] = []
            if isinstance(part, tree.Binary) and part.operator in _EQUALITY:
                sides = [(part.left, part.right), (part.right, part.left)]
            elif isinstance(part, tree.In):
                sides = [(test, part.value) for test in _tests(part)]
            for one, other in sides:
                if not isinstance(one, tree.Name) or one.name != name:
                    continue
                if isinstance(other, tree.Path) or getattr(other, "name", None) in self.facts.variables:
                    found.append(self._known(other))
        return found

    def _text(self, name: str, meant: str | None) -> Finding:
        text = meant or name
        return self._say(
            "text-unquoted",
            f"“{shown(name)}”没有加引号，被当作变量，而没有步骤产生它",
            f"“{shown(name)}” has no quotes: it is read as a variable, which nothing sets",
            (f'文本要加双引号：写成 "{text}"', f'texts stand in double quotes: write "{text}"'),
        )

    def _unset(self, code: str, name: str, hint: Say) -> Finding:
        zh, en = f"没有步骤产生变量“{shown(name)}”", f"nothing sets the variable “{shown(name)}”"
        return self._say(code, zh, en, hint)

    # -- values and kinds ---------------------------------------------------------------------------------------------
    def _known(self, node: tree.Node) -> Known:
        variables = self.facts.variables if self.variables is None else self.variables
        return of_node(node, variables, self.bundle.declared)

    def _condition(self, node: tree.Node) -> Iterator[Finding]:
        """A condition, or a part joined by and, or and not, that is a text or a number."""
        if isinstance(node, tree.And | tree.Or):
            for part in node.parts:
                yield from self._condition(part)
        elif isinstance(node, tree.Name | tree.Path):
            known = self._known(node)
            if known.kind not in (None, "boolean"):
                name = feel.print_tree(node)
                example = quoted(min(known.values, key=str)) if known.values else '"…"'
                what = f"“{shown(name)}”是{KINDS[known.kind][0]}", f"“{shown(name)}” is {KINDS[known.kind][1]}"
                hint = f"写成比较，如 {name} = {example}", f"write a comparison such as {name} = {example}"
                yield self._say(
                    "condition-kind", f"{what[0]}，不是条件，永远不成立", f"{what[1]}, which is never true", hint
                )

    def _reckoned(self, node: tree.Node) -> Iterator[Finding]:
        """A condition, or a part of one, that is reckoned: whatever its operands are, it is neither true nor false."""
        if isinstance(node, tree.And | tree.Or):
            for part in node.parts:
                yield from self._reckoned(part)
        elif isinstance(node, tree.Binary) and node.operator in _RECKONS:
            text = shown(feel.print_tree(node), 40)
            hint = f"写成比较，如 {text} > 0", f"write a comparison such as {text} > 0"
            zh, en = f"“{text}”是计算，不是条件，永远不成立", f"“{text}” is reckoned and never true"
            yield self._say("condition-kind", zh, en, hint)

    def _attribute(self) -> Iterator[Finding]:
        """An attribute whose expression gives a value of another kind than it takes."""
        kinds, hint = _WANTED.get(self.place.name, (None, ("", "")))
        node = self.expression.tree
        kind = self._known(node).kind
        if kinds is None or kind is None:
            return
        plain = isinstance(node, tree.Text) and self.place.name == "due" and not is_date(node.value)
        if kind not in kinds or plain:
            certain = self.closed or not isinstance(node, tree.Name | tree.Path)
            zh, en = f"结果是{KINDS[kind][0]}，不能用在这里", f"it gives {KINDS[kind][1]}, which is not taken here"
            yield self._say("result-kind" if certain else "result-doubtful", zh, en, hint)
        elif self.place.name == "priority" and isinstance(node, tree.Number) and node.value > limits.MAX_PRIORITY:
            zh, en = f"优先级超出 {limits.MAX_PRIORITY}", f"a priority beyond {limits.MAX_PRIORITY}"
            yield self._say("result-kind", zh, en, hint)

    def _compared(self, node: tree.Binary) -> Iterator[Finding]:
        left, right = self._known(node.left), self._known(node.right)
        if checking.kind_of(node.left) and checking.kind_of(node.right):
            return  # the rule about expressions has told it
        yield from self._pair(node.left, left, node.right, right, node.operator in _EQUALITY)

    def _among(self, node: tree.In) -> Iterator[Finding]:
        left = self._known(node.value)
        for test in _tests(node):
            if isinstance(test, _CONSTANTS):
                yield from self._pair(node.value, left, test, self._known(test), True)

    def _pair(self, a: tree.Node, one: Known, b: tree.Node, other: Known, equality: bool) -> Iterator[Finding]:
        if not _alike(one.kind, other.kind):
            yield self._kinds(a, one, b, other)
            return
        if not equality:
            return
        for side, known, constant in ((a, one, b), (b, other, a)):
            if not isinstance(constant, _CONSTANTS) or isinstance(side, _CONSTANTS):
                continue
            if isinstance(side, tree.Name) and self._decided(side.name):
                continue
            if known.values is not None and constant.value not in known.values:
                yield self._never(side, known.values, constant.value)
            elif known.kind in DATE_TEXTS and isinstance(constant, tree.Text) and not is_date(constant.value):
                hint = '日期写成 "2026-01-31"', 'write a date as "2026-01-31"'
                name = shown(feel.print_tree(side))
                yield self._value(f"“{name}”是日期，不会等于“{shown(constant.value)}”",
                                  f"“{name}” is a date and never “{shown(constant.value)}”", hint)  # fmt: skip

    def _kinds(self, a: tree.Node, one: Known, b: tree.Node, other: Known) -> Finding:
        name, beside = (shown(feel.print_tree(node)) for node in (a, b))
        assert one.kind is not None and other.kind is not None
        kinds = {one.kind, other.kind}
        if kinds & DATE_TEXTS.keys() and kinds & _TEMPORAL:
            text, kind, wanted = (name, one, other) if one.kind in DATE_TEXTS else (beside, other, one)
            shape = DATE_TEXTS[str(kind.kind)]
            made = (DAY_OF if wanted.kind == "date" and shape.startswith("date and") else shape).format(text)
            hint = f"写成 {made}", f"write {made}"
        elif kinds == {"date", "date and time"}:
            text = name if one.kind == "date and time" else beside
            hint = f"写成 date({text})", f"write date({text})"
        elif "list" in kinds:
            of, item = (name, beside) if one.kind == "list" else (beside, name)
            hint = f"写成 list contains({of}, {item})", f"write list contains({of}, {item})"
        elif kinds == {"number", "string"}:
            hint = (
                "数字不加引号；文本用 number(…) 转成数字",
                "numbers stand without quotes; number(…) makes one of a text",
            )
        elif "boolean" in kinds:
            hint = "真假值写 true 或 false，不加引号", "write true or false, without quotes"
        else:
            hint = "比较同一类型的值", "compare values of one kind"
        zh = f"“{name}”是{KINDS[one.kind][0]}，“{beside}”是{KINDS[other.kind][0]}，不能比较，结果总是空"
        en = f"“{name}” is {KINDS[one.kind][1]} and “{beside}” is {KINDS[other.kind][1]}: compared they are always null"
        return self._certain("kinds-differ", "kinds-doubtful", zh, en, hint)

    def _never(self, side: tree.Node, values: frozenset[Any], value: Any) -> Finding:
        name, (zh, en) = shown(feel.print_tree(side)), listed(sorted(values, key=str))
        other = near(value, {v for v in values if isinstance(v, str)}) if isinstance(value, str) else None
        hint = (f'是否指 "{other}"？', f'did you mean "{other}"?') if other else ("改成其中之一", "write one of them")
        return self._value(
            f"“{name}”不会是 {shown(quoted(value))}，它的值只有 {zh}",
            f"“{name}” is never {shown(quoted(value))}, only {en}",
            hint,
        )

    def _value(self, zh: str, en: str, hint: Say) -> Finding:
        return self._certain("value-never", "value-doubtful", zh, en, hint)

    def _certain(self, code: str, doubt: str, zh: str, en: str, hint: Say) -> Finding:
        """Certain where nothing comes from outside, or where the case could never end."""
        if self.exit:
            zh, en = f"{zh}；{self.exit[0]}", f"{en}; {self.exit[1]}"
        return self._say(code if self.closed or self.exit else doubt, zh, en, hint)

    def _contained(self, node: tree.Call) -> Iterator[Finding]:
        """`list contains(x, "a")`, where all that can be in the list is known."""
        if not isinstance(node.function, tree.Name) or node.function.name != "list contains" or node.names:
            return
        if len(node.arguments) == 2 and isinstance(item := node.arguments[1], _CONSTANTS):
            items = self._known(node.arguments[0]).items
            if items is not None and item.value not in items:
                yield self._never(node.arguments[0], items, item.value)

    def _entry(self, node: tree.Path) -> Iterator[Finding]:
        if not isinstance(node.source, tree.Name):
            return
        known, name = self._known(node.source), node.source.name
        if known.entries is not None and node.name not in known.entries:
            other, (zh, en) = near(node.name, known.entries.keys()), listed(known.entries)
            hint = (
                (f"是否指 {name}.{other}？", f"did you mean {name}.{other}?") if other else (f"可用：{zh}", f"use {en}")
            )
            zh, en = f"“{name}”没有“{shown(node.name)}”这一项", f"“{name}” has no entry “{shown(node.name)}”"
            yield self._say("entry-unknown", zh, en, hint)
        elif known.kind in ("string", "number", "boolean") and known.entries is None:
            yield self._say(
                "entry-unknown",
                f"“{name}”是{KINDS[known.kind][0]}，后面没有“.{shown(node.name)}”",
                f"“{name}” is {KINDS[known.kind][1]} and has no “.{shown(node.name)}”",
                (f"直接写 {name}", f"write {name} alone"),
            )

    def _say(self, code: str, zh: str, en: str, hint: Say) -> Finding:
        text = shown(self.place.text, 60)
        what = self.place.what
        return found(
            code, self.place.at, f"{{it}}的{what[0]}“{text}”：{zh}", f"the {what[1]} “{text}” of {{it}}: {en}", *hint
        )


_IS = re.compile(r"(\S+)\s+(?:is|equals|等于|是)\s+(\S+)")


def _quotes(name: str) -> Say:
    if said := _IS.fullmatch(name):  # words between blanks are one name in FEEL
        return f'相等请写 =：{said[1]} = "{said[2]}"', f'write = for equality: {said[1]} = "{said[2]}"'
    return f'如果是文本，写成 "{name}"', f'if it is a text, write "{name}"'


def _made(quotes: Say, other: str | None) -> Say:
    """How a variable comes to be, and what may be meant instead."""
    zh, en = (
        "把它加进某个任务的表单，或由脚本、决策产生" + (f"；{quotes[0]}" if quotes[0] else ""),
        "add it to the form of a task, or let a script or decision make it" + (f"; {quotes[1]}" if quotes[1] else ""),
    )
    return (f"是否指 {other}？否则{zh}", f"did you mean {other}? Else {en}") if other else (zh, en)


def _tests(node: tree.In) -> Iterator[tree.Node]:
    for test in node.tests:
        yield from test.items if isinstance(test, tree.Items) else (test,)


def _alike(one: str | None, other: str | None) -> bool:
    """Whether values of two kinds may be compared."""
    if one is None or other is None or one == other:
        return True
    return {one, other} <= {"string", *DATE_TEXTS}
