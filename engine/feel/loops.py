"""Filters, `for` and the quantifiers: everything that walks a list, paying a step for every entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from . import native, tree
from .errors import FeelLimit
from .limits import Run
from .scope import Frame
from .values import MAX_DEEP, Range, Value, convert, less_or_equal

if TYPE_CHECKING:
    from .compiler import Closure, Compiler


BATCH = 64  # entries paid for at once


def filter_(compiler: Compiler, node: tree.Filter) -> Closure:
    """`list[condition]` or `list[position]`."""
    as_given = native.listed(compiler, node.source)
    source = as_given or compiler.compile(node.source)
    if isinstance(node.condition, tree.Number):
        position = node.condition.value
        return lambda env: convert(pick(source(env), position)) if as_given else pick(source(env), position)
    compiler.costly = True
    slot = compiler.scope.slot()
    if as_given:
        compiler.scope.given.add(slot)
    compiler.scope.frames.append(Frame(item=slot))
    condition = compiler.compile(node.condition)
    compiler.scope.frames.pop()

    def filtered(env: list[Any]) -> Value:
        value = source(env)
        items = value if type(value) is list else [] if value is None else [value]
        result = []
        before = env[slot]
        first = True
        for batch in batches(items, env[0]):
            for item in batch:
                env[slot] = item
                answer = condition(env)
                if answer is True:
                    result.append(item)
                elif first and type(answer) is Decimal:
                    env[slot] = before
                    return convert(pick(items, answer)) if as_given else pick(items, answer)
                elif answer is not False and answer is not None:
                    env[slot] = before
                    return None
                first = False
        if not items:
            env[slot] = None
            answer = condition(env)
            if type(answer) is Decimal:
                result = None  # type: ignore[assignment]
        env[slot] = before
        return convert(result) if as_given else result

    return filtered


def pick(value: Value, position: Decimal) -> Value:
    """The entry at a position from 1, or from the end when negative; a single value is a list of itself."""
    items = value if type(value) is list else [] if value is None else [value]
    place = int(position) if abs(position) <= len(items) and position == int(position) else 0
    return items[place - 1 if place > 0 else place] if place else None


def batches(items: Iterable[Value], run: Run, price: int = 1) -> Iterator[Iterable[Value]]:
    """The entries by the batch, each paid for before it is walked: paying for one at a time would cost more than it."""
    if type(items) is list:
        if len(items) <= BATCH:
            run.spend(price * len(items))
            yield items
            return
        for begin in range(0, len(items), BATCH):
            batch = items[begin : begin + BATCH]
            run.spend(price * len(batch))
            yield batch
        return
    walker = iter(items)
    while batch := list(islice(walker, BATCH)):
        run.spend(price * len(batch))
        yield batch


def domain(value: Value, end: Value, has_end: bool) -> Iterable[Value] | None:
    """What an iteration walks over; None when it is nothing to walk over."""
    if has_end:
        return _counted(value, end)
    if type(value) is list:
        return value
    if type(value) is Range:
        if value.start is None or value.end is None:
            return None
        if type(value.start) is Decimal and type(value.end) is Decimal:
            first = value.start if value.start_included else value.start + 1
            last = value.end if value.end_included else value.end - 1
            return _numbers(_int(first), _int(last)) if first <= last else ()
        if type(value.start) is date and type(value.end) is date:
            begin, end_ = value.start.toordinal(), value.end.toordinal()
            span = range(begin + (not value.start_included), end_ + value.end_included)
            return map(date.fromordinal, span)
        return None
    return None if value is None else [value]


def _counted(start: Value, end: Value) -> Iterable[Value] | None:
    if type(start) is Decimal and type(end) is Decimal:
        first, last = _int(start), _int(end)
        return _numbers(first, last) if start == first and end == last else None
    if type(start) is date and type(end) is date:
        return _days(start, end) if less_or_equal(start, end) else _days_back(start, end)
    return None


def _int(value: Decimal) -> int:
    """The whole part; nobody walks as far as beyond 34 digits, and such numbers are costly to hold as they are."""
    if value.adjusted() > 34:
        raise FeelLimit(("循环次数超过上限", "the loop takes more steps than allowed"))
    return int(value)


def _numbers(start: int, end: int) -> Iterator[Decimal]:
    return map(Decimal, range(start, end + 1) if start <= end else range(start, end - 1, -1))


def _days(start: date, end: date) -> Iterator[date]:
    return map(date.fromordinal, range(start.toordinal(), end.toordinal() + 1))


def _days_back(start: date, end: date) -> Iterator[date]:
    return map(date.fromordinal, range(start.toordinal(), end.toordinal() - 1, -1))


class _Stop(Exception):
    """A loop's answer is known."""


class _Spoilt(Exception):
    """A condition gave something that is no boolean."""


Visit = Callable[[list[Any]], None]
Walk = Callable[[list[Any], Visit], bool]  # False when a domain is nothing to walk over


def _walk(compiler: Compiler, iterations: tuple[tree.Iteration, ...], frame: Frame, price: int = 1) -> Walk:
    steps: list[tuple[int, Closure, Closure | None]] = []
    for iteration in iterations:
        as_given = native.listed(compiler, iteration.source) if iteration.end is None else None
        source = as_given or compiler.compile(iteration.source)
        end = compiler.compile(iteration.end) if iteration.end is not None else None
        slot = frame.slots[iteration.name] = compiler.scope.slot()
        if as_given:
            compiler.scope.given.add(slot)
        steps.append((slot, source, end))
    last = len(steps) - 1

    def walk(env: list[Any], visit: Visit, level: int = 0) -> bool:
        slot, source, end = steps[level]
        items = domain(source(env), end(env) if end else None, end is not None)
        if items is None:
            return False
        for batch in batches(items, env[0], price if level == last else 1):
            for item in batch:
                env[slot] = item
                if level == last:
                    visit(env)
                elif not walk(env, visit, level + 1):
                    return False
        return True

    return walk


def for_(compiler: Compiler, node: tree.For) -> Closure:
    """`for x in list return …`; `partial` is the list of results so far."""
    compiler.costly = True
    frame = Frame()
    compiler.scope.frames.append(frame)
    walk = _walk(compiler, node.iterations, frame, 2)  # the step and the entry it leaves
    partial = frame.slots.setdefault("partial", compiler.scope.slot())
    body = compiler.compile(node.body)
    compiler.scope.frames.pop()
    shown = _mentions(node.body, "partial")

    def loop(env: list[Any]) -> Value:
        results: list[Value] = []
        append = results.append

        def visit(env: list[Any]) -> None:
            if shown:
                env[0].spend(len(results) >> 4)
                env[partial] = results.copy()
                result = body(env)
                env[0].spend(weight(result))
                append(result)
            else:
                append(body(env))

        return results if walk(env, visit) else None

    return loop


def weight(value: Value) -> int:
    """The entries within a value, up to a limit: results that hold earlier results twice would double at every turn."""
    count = 0
    open_ = [value]
    while open_ and count < MAX_DEEP:
        inner = open_.pop()
        if type(inner) is list:
            open_ += inner
            count += len(inner)
        elif type(inner) is dict:
            open_ += inner.values()
            count += len(inner)
    return count


def _mentions(node: Any, name: str) -> bool:
    if isinstance(node, tree.Name):
        return node.name == name
    if isinstance(node, tuple):
        return any(_mentions(part, name) for part in node)
    return isinstance(node, tree.Node) and any(_mentions(getattr(node, part), name) for part in node.__slots__)


def quantified(compiler: Compiler, node: tree.Quantified) -> Closure:
    """`some x in list satisfies …` and `every …`, three-valued."""
    compiler.costly = True
    frame = Frame()
    compiler.scope.frames.append(frame)
    walk = _walk(compiler, node.iterations, frame)
    condition = compiler.compile(node.condition)
    compiler.scope.frames.pop()
    decisive = not node.every

    def quantify(env: list[Any]) -> bool | None:
        unknown = False

        def visit(env: list[Any]) -> None:
            nonlocal unknown
            answer = condition(env)
            if answer is decisive:
                raise _Stop
            if answer is not None and not isinstance(answer, bool):
                raise _Spoilt
            unknown = unknown or answer is None

        try:
            if not walk(env, visit):
                return None
        except _Stop:
            return decisive
        except _Spoilt:
            env[0].warn("`satisfies` must give true or false")
            return None
        return None if unknown else not decisive

    return quantify
