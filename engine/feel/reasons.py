"""Why a part of an expression has no answer: one function per construct, asked after it was evaluated.

Each gets the tree, its value, and what tells the last value of a part (UNSEEN when the part was not needed). A part
that is null for a reason of its own has told it already, so only names and entries are looked at here.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from . import tree
from .builtins import BUILTINS, Signature
from .builtins.registry import KINDS, MISSING, fit
from .calls import start
from .errors import NOTHING, FeelError, Say
from .kinds import (
    COMPARISONS,
    MAKERS,
    ZH,
    clash,
    described,
    kind_of_value,
    logic_operand,
    mend,
    mismatch,
    no_entry,
    shown,
)
from .properties import PROPERTIES
from .values import Value
from .written import iso_hint

UNSEEN = object()
Seen = Callable[[tree.Node], Value]
Reason = Callable[[Any, Value, Seen], Iterator[FeelError]]
_ORDERED = frozenset({"number", "string", "date", "date and time", "time", "duration"})


def _empty(node: tree.Node, seen: Seen) -> Iterator[FeelError]:
    """A name, an entry or the word null that is null."""
    if isinstance(node, tree.Path) and not (isinstance(owner := seen(node.source), dict) and node.name in owner):
        return  # there is no such entry, as it has told itself
    if seen(node) is None and isinstance(node, (tree.Name, tree.Path, tree.Null)):
        name = shown(node)
        hint = NOTHING
        if not isinstance(node, tree.Null):
            hint = f"可先判断 {name} != null", f"ask {name} != null before"
        yield FeelError(start(node), (f"{name} 为空，得不到结果", f"{name} is null, so there is no result"), hint)


def _known(node: tree.Node, seen: Seen) -> bool:
    value = seen(node)
    return value is not UNSEEN and value is not None


def _pair(operator: str, left: tree.Node, right: tree.Node, at: int, seen: Seen) -> Iterator[FeelError]:
    """Two sides that do not go together, or one that is missing."""
    if not (_known(left, seen) and _known(right, seen)):
        yield from _empty(left, seen)
        yield from _empty(right, seen)
        return
    a, b = kind_of_value(seen(left)), kind_of_value(seen(right))
    if a != b and clash(operator, a, b):
        (zh, en), (one, other) = mismatch(operator, a, b), (described(seen(left)), described(seen(right)))
        said = f"{zh}：左边是{one[0]}，右边是{other[0]}", f"{en}: {one[1]}, {other[1]}"
        yield FeelError(at, said, mend(operator, (a, left), (b, right)))
    elif operator in COMPARISONS and a == b and a not in _ORDERED:
        yield FeelError(at, (f"{ZH[a]}没有大小之分", f"values of the kind {a} have no order"))
    elif operator == "/" and seen(right) == 0:
        yield FeelError(at, ("不能除以 0", "a division by 0"))
    else:
        one, other = described(seen(left)), described(seen(right))
        said = f"{one[0]}与{other[0]}作 {operator} 运算没有结果", f"{one[1]} {operator} {other[1]} has no result"
        hint = mend(operator, (a, left), (b, right)) if a != b else NOTHING
        yield FeelError(at, said, hint)


def _binary(node: tree.Binary, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is None:
        yield from _pair(node.operator, node.left, node.right, node.at, seen)


def _between(node: tree.Between, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is None:
        found = [*_pair("<=", node.low, node.value, node.at, seen), *_pair("<=", node.value, node.high, node.at, seen)]
        yield from found[:1]


def _in(node: tree.In, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is not None:
        return
    if not _known(node.value, seen):
        yield from _empty(node.value, seen)
        return
    kind = kind_of_value(seen(node.value))
    for test in node.tests:
        part = test.operand if isinstance(test, tree.Test) else test.start if isinstance(test, tree.Interval) else test
        found = seen(part)
        if isinstance(found, list):
            found = next((item for item in found if item is not None), None)
        if found is not UNSEEN and found is not None and (other := kind_of_value(found)) not in (kind, "range"):
            zh, en = mismatch("=", kind, other)
            yield FeelError(node.at, (zh, en), mend("=", (kind, node.value), (other, part)))
            return


def _logic(node: Any, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is not None:
        return
    for place, part in enumerate(node.parts):
        found = seen(part)
        if found is None:
            yield from _empty(part, seen)
        elif found is not UNSEEN and not isinstance(found, bool):
            yield FeelError(start(part), *logic_operand(node, place, kind_of_value(found), described(found)))


def _if(node: tree.If, value: Value, seen: Seen) -> Iterator[FeelError]:
    found = seen(node.condition)
    if found is None and isinstance(node.condition, (tree.Name, tree.Path)):
        name = shown(node.condition)
        said = f"条件 {name} 为空，按不成立处理", f"the condition {name} is null, which counts as false"
        yield FeelError(start(node.condition), said)
    elif found is not None and not isinstance(found, bool):
        zh, en = described(found)
        said = f"if 的条件须为真假值，却是{zh}", f"the condition of `if` must be true or false, but is {en}"
        yield FeelError(
            start(node.condition), said, ("不是真假值时取 else 的值", "anything else takes the value of else")
        )


def _filter(node: tree.Filter, value: Value, seen: Seen) -> Iterator[FeelError]:
    source, condition = seen(node.source), seen(node.condition)
    if source is None and isinstance(node.source, (tree.Name, tree.Path)):
        yield from _empty(node.source, seen)
    elif value is None and isinstance(condition, Decimal):
        count = len(source) if isinstance(source, list) else 1
        if not (condition == int(condition) and 0 < abs(condition) <= count):  # else the entry itself is null
            yield FeelError(node.at, *no_entry(node, condition, count))
    elif value is None and condition is not UNSEEN and not isinstance(condition, bool) and condition is not None:
        zh, en = described(condition)
        said = f"方括号里须为条件或位置，却是{zh}", f"a condition or a position stands in [ ], but this is {en}"
        yield FeelError(start(node.condition), said)


def _path(node: tree.Path, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is not None:
        return
    source = seen(node.source)
    if source is None:
        yield from _empty(node.source, seen)
    elif isinstance(source, dict):
        if node.name not in source:
            said = f"{shown(node.source)} 里没有“{node.name}”", f"there is no `{node.name}` in {shown(node.source)}"
            yield FeelError(node.at, said, _one_of(node.name, list(source)))
    elif source is not UNSEEN:
        kind = kind_of_value(source)
        parts = [name for of, names in PROPERTIES.items() if isinstance(source, of) for name in names]
        said = f"{ZH[kind]}没有“{node.name}”这一项", f"a {kind} has no `{node.name}`"
        yield FeelError(node.at, said, _one_of(node.name, parts))


def _one_of(name: str, names: list[str]) -> Say:
    if not names:
        return NOTHING
    near = difflib.get_close_matches(name, names, 1, 0.5 if len(name) == 2 else 0.6)
    listed = names[:12]
    zh, en = f"有：{'、'.join(listed)}", f"there are: {', '.join(listed)}"
    return (f"是否指 {near[0]}？{zh}", f"did you mean {near[0]}? {en}") if near else (zh, en)


def _negation(node: tree.Negation, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is not None:
        return
    yield from _empty(node.operand, seen)
    if _known(node.operand, seen):
        zh, en = described(seen(node.operand))
        yield FeelError(node.at, (f"负号后面须为数字或期间，却是{zh}", f"a minus takes a number or duration, not {en}"))


def _loop(node: Any, value: Value, seen: Seen) -> Iterator[FeelError]:
    if value is not None:
        return
    for iteration in node.iterations:
        yield from _empty(iteration.source, seen)


def _call(node: tree.Call, value: Value, seen: Seen) -> Iterator[FeelError]:
    name = node.function.name if isinstance(node.function, tree.Name) else ""
    if value is not None or name not in BUILTINS or node.names or _known(node.function, seen):
        return
    given = [seen(argument) for argument in node.arguments]
    fitting = [signature for signature in BUILTINS[name].signatures if signature.takes(len(given))]
    wrong = [_misfit(signature, given) for signature in fitting]
    if not fitting or UNSEEN in given:
        return
    if all(place is not None for place in wrong):
        place = max(place for place in wrong if place is not None)
        yield from _argument(node, name, place, fitting, seen)
        return
    text = given[0] if given and isinstance(given[0], str) else ""
    hint = iso_hint(text) if name in MAKERS and text else NOTHING
    told = [described(value) for value in given]
    zh, en = "、".join(one[0] for one in told), ", ".join(one[1] for one in told)
    yield FeelError(node.function.at, (f"{name}(…) 对{zh}没有结果", f"{name}(…) has no result for {en}"), hint)


def _misfit(signature: Signature, given: list[Value]) -> int | None:
    """The first argument that a way to call a function does not take."""
    last = len(signature.kinds) - 1
    for index, value in enumerate(given):
        place = min(index, last)
        if not (value is None and signature.nullable[place]) and fit(value, signature.kinds[place]) is MISSING:
            return index
    return None


def _argument(node: tree.Call, name: str, place: int, ways: list[Signature], seen: Seen) -> Iterator[FeelError]:
    """An argument of the wrong kind, or null."""
    argument = node.arguments[place]
    found = seen(argument)
    if found is None and not isinstance(argument, (tree.Name, tree.Path, tree.Null)):
        return  # it has told why
    wanted: list[str] = []
    for way in ways:
        kinds = way.kinds[min(place, len(way.kinds) - 1)]
        wanted += [kind for kind, types in KINDS.items() if types == kinds and kind not in wanted]
    zh, en = described(found)
    kinds_zh = "或".join(dict.fromkeys(_WANTED.get(kind, ZH.get(kind, kind)) for kind in wanted)) or "其他值"
    said = (
        f"{name}(…) 的第 {place + 1} 个参数须为{kinds_zh}，却是{zh}",
        f"argument {place + 1} of {name}(…) must be a {' or '.join(wanted) or 'value of another kind'}, but is {en}",
    )
    kind = next((kind for kind in wanted if kind in MAKERS | {"number", "string"}), "")
    kind = "date" if "day" in wanted else kind
    made = f"{kind}({shown(argument)})"
    hint = NOTHING
    if found is None:
        hint = f"可先判断 {shown(argument)} != null", f"ask {shown(argument)} != null before"
    elif kind and (isinstance(found, str) or kind == "string"):
        hint = f"请先写成 {made}", f"write {made}"
    yield FeelError(start(argument), said, hint)


_WANTED = {"day": "日期或日期时间", "days duration": "期间", "months duration": "年月期间", "point": "可比较的值"}

REASONS: dict[type, Reason] = {
    tree.Binary: _binary,
    tree.Between: _between,
    tree.In: _in,
    tree.And: _logic,
    tree.Or: _logic,
    tree.If: _if,
    tree.Filter: _filter,
    tree.Path: _path,
    tree.Negation: _negation,
    tree.For: _loop,
    tree.Quantified: _loop,
    tree.Call: _call,
}
