"""Timers that say a time.

What. A timer has exactly one value: a date, a duration or a cycle, as ISO text (PT2H, R3/P1D,
2026-01-01T09:00:00+08:00) or as a FEEL expression that yields one of that kind (deadline(…) is a date, no duration).
A cycle is no faster than once a minute, except for at most ten rounds.
Why. A timer without a readable time never fires; one that fires every second keeps the whole system busy for one
case.
Mend. Write P2D for two days, PT2H for two hours, or call a function such as deadline("C10", accepted_at).

定时写明时间：恰有一个值，可写 ISO 文本（PT2H、R3/P1D）或 FEEL 表达式，结果须是该种时间；
周期不得短于一分钟（十次以内的除外）。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engine import feel
from engine.bpmn import times
from engine.errors import Finding
from engine.feel import tree
from engine.gate import facts, known, panel, places, time_words
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN
from engine.gate.finding import found
from engine.gate.model import Node, shown, text
from engine.gate.places import Place
from engine.gate.rules import expressions

SHORTEST_PERIOD = timedelta(minutes=1)  # of a cycle that goes on; a few quick reminders cost nothing
QUICK_ROUNDS = 10
_DATES = frozenset({"date", "date and time", "date text", "date-time text"})
_READ: dict[str, Callable[[Any], Any]] = {
    "timeDate": times.instant,
    "timeDuration": times.duration,
    "timeCycle": times.cycle,
}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about timer events."""
    for node in bundle.nodes:
        for kind, definition in node.definitions:
            if kind == "timer":
                yield from _count(node, [text(definition.find(BPMN + tag)) for tag in places.TIMERS])
    for node, tag, place in places.timers(bundle):
        if place.text:
            yield from _value(node, tag, place, bundle)


def _count(node: Node, values: list[str]) -> Iterator[Finding]:
    said = sum(1 for value in values if value)
    if said == 0:
        yield found(
            "timer-empty",
            node,
            "{it}没有写明时间",
            "{it} says no time",
            "在“时间”里写时长（如 P2D）、时刻或周期，并选好“类型”",
            "write a duration such as P2D, a date or a cycle in “Time”, and choose its “Type”",
        )
    elif said > 1:
        yield found(
            "timer-several",
            node,
            "{it}写了多个时间，只能有一个",
            "{it} says several times; there can be only one",
            "时刻、时长、周期只留一个",
            "keep one of date, duration and cycle",
        )


def _value(node: Node, tag: str, place: Place, bundle: Bundle) -> Iterator[Finding]:
    value: Any = place.text
    if (spoken := time_words.means(place.text.strip('"'))) and place.text not in facts.of(bundle).variables:
        yield _spoken(node, tag, place, spoken)
        return
    if clocked := time_words.clock(place.text.strip('"')):
        yield _by_clock(node, place, *clocked)
        return
    if (days := time_words.working_days(place.text.strip('"'))) and "working_days" in bundle.declared:
        yield _by_calendar(node, place, days)
        return
    if not places.ISO.match(place.text):
        wrong = list(expressions.problems(place, bundle))
        yield from wrong
        if wrong:
            return
        value = _literal(place, bundle)
        yield from _kind(node, tag, place, bundle) if value is None else ()
    if value is None:
        return
    try:
        time = _READ[tag](value)
    except times.NotATime as problem:
        yield found(
            "timer-value",
            node,
            f"{{it}}的时间“{shown(place.text)}”有误：{problem.zh}",
            f"the time “{shown(place.text)}” of {{it}} is wrong: {problem.en}",
            "时长写 P2D、PT2H，周期写 R3/P1D，时刻写 2026-01-01T09:00:00+08:00",
            "write a duration as P2D or PT2H, a cycle as R3/P1D, a date as 2026-01-01T09:00:00+08:00",
        )
        return
    if isinstance(time, times.Cycle) and _is_fast(time):
        yield found(
            "timer-fast",
            node,
            f"{{it}}的周期“{shown(place.text)}”短于一分钟，且重复超过 {QUICK_ROUNDS} 次",
            f"the cycle “{shown(place.text)}” of {{it}} is shorter than a minute, for more than {QUICK_ROUNDS} rounds",
            f"周期至少写 PT1M，或写 R{QUICK_ROUNDS}/… 限定次数",
            f"write PT1M or more, or R{QUICK_ROUNDS}/… to limit the rounds",
        )


def _by_clock(node: Node, place: Place, tag: str, value: str) -> Finding:
    kind = panel.WORDS[tag]
    cycle = tag == "timeCycle"
    return found(
        "timer-value",
        node,
        f"{{it}}的时间“{shown(place.text)}”不是系统能读的写法",
        f"the time “{shown(place.text)}” of {{it}} cannot be read",
        f"“类型”选“{kind[0]}”，“时间”写 {value}" + ("，日期改成第一次的那天" if cycle else ""),
        f"choose the type “{kind[1]}” and write {value}" + (", with the day of the first time" if cycle else ""),
    )


def _by_calendar(node: Node, place: Place, days: int) -> Finding:
    return found(
        "timer-value",
        node,
        f"{{it}}的时间“{shown(place.text)}”是工作日，时长说不了工作日",
        f"the time “{shown(place.text)}” of {{it}} means working days, which a duration cannot say",
        f"“类型”改为“时刻”，“时间”写 working_days(now(), {days})，按工作日历推算",
        f"choose the type “Date” and write working_days(now(), {days}), counted by the calendar",
    )


def _spoken(node: Node, tag: str, place: Place, spoken: time_words.Spoken) -> Finding:
    """Words or a cron line, with what they likely mean."""
    if spoken.dated and (clocked := _cron(place.text.strip("'\" "))):
        return _dated(node, place, spoken, clocked)
    cycle, period = spoken.cycle or tag == "timeCycle", spoken.period
    wanted = "timeCycle" if cycle else "timeDuration"
    kind = panel.WORDS[wanted]
    zh, en = ("", "") if tag == wanted else (f"，并把“类型”改为“{kind[0]}”", f", and choose the type “{kind[1]}”")
    iso = ("R/" if cycle else "") + period
    return found(
        "timer-value",
        node,
        f"{{it}}的时间“{shown(place.text)}”不是系统能读的写法，大概是“{spoken.zh}”",
        f"the time “{shown(place.text)}” of {{it}} cannot be read; it likely means “{spoken.en}”",
        f"写成 {iso}{zh}{spoken.more[0]}",
        f"write {iso}{en}{spoken.more[1]}",
    )


def _cron(line: str) -> str | None:
    # The fixes read the rules, so they can be asked only when both are there.
    from engine.gate.fixes import cron

    return cron.cycle(line)


def _dated(node: Node, place: Place, spoken: time_words.Spoken, clocked: str) -> Finding:
    """A cron line of a certain weekday or day: a period alone would lose it."""
    period = clocked.rpartition("/")[2]
    if node.tag == "startEvent" and node.scope.node is None:
        mend = (
            f"写成 {clocked}，从下一个这样的日子起（一键修改会代为写好）",
            f"write {clocked}, from the next such day on (the fix on offer writes it)",
        )
    else:
        mend = (
            f"R/{period} 从到达这一步时起算，会丢掉所写的日子；要保住它，另画一个由定时开始（{clocked}）的流程，"
            "到时抛出信号，这里改为捕获该信号；只要间隔，写 R/" + period,
            f"R/{period} counts from the moment this step is reached and loses the day; to keep it draw another"
            f" process that a timer starts ({clocked}) and that throws a signal, and catch the signal here; for the"
            f" interval alone write R/{period}",
        )
    return found(
        "timer-value",
        node,
        f"{{it}}的时间“{shown(place.text)}”不是系统能读的写法，大概是“{spoken.zh}”，只在所写的日子",
        f"the time “{shown(place.text)}” of {{it}} cannot be read; it likely means “{spoken.en}” on that day only",
        *mend,
    )


def _kind(node: Node, tag: str, place: Place, bundle: Bundle) -> Iterator[Finding]:
    """An expression that certainly gives something else than a time of the kind."""
    run = expressions.read(place, bundle).run
    if not isinstance(run, feel.Expression):
        return
    kind = known.of_node(run.tree, facts.of(bundle).variables, bundle.declared).kind
    if kind is None or kind == "string" or (kind in _DATES if tag == "timeDate" else kind == "duration"):
        return
    mend = {
        "timeDate": ("写时刻，如 deadline(…)、date(…)", "write a date or date-time such as deadline(…)"),
        "timeDuration": (
            "写时长，如 PT2H；或把“类型”改为“时刻”",
            "write a duration such as PT2H, or choose the type “Date”",
        ),
        "timeCycle": (
            "写周期，如 R3/P1D；或把“类型”改为“时刻”",
            "write a cycle such as R3/P1D, or choose the type “Date”",
        ),
    }[tag]
    yield found(
        "timer-doubtful" if isinstance(run.tree, tree.Name | tree.Path) else "timer-kind",
        node,
        f"{{it}}的{panel.WORDS[tag][0]}“{shown(place.text)}”是{known.KINDS[kind][0]}",
        f"the {panel.WORDS[tag][1].lower()} “{shown(place.text)}” of {{it}} is {known.KINDS[kind][1]}",
        *mend,
    )


def _literal(place: Place, bundle: Bundle) -> Any:
    """The value of a constant expression; None when it depends on variables, functions or the clock."""
    expression = expressions.read(place, bundle).run
    if not isinstance(expression, feel.Expression):
        return None  # Python is never run here
    if isinstance(expression.tree, tree.Text):
        return expression.tree.value
    if isinstance(expression.tree, tree.Temporal | tree.Number | tree.Boolean):
        value = expression({})
        return value if isinstance(value, timedelta | date | datetime | feel.YearMonth) else str(value)
    return None


def _is_fast(cycle: times.Cycle) -> bool:
    period = times.duration(cycle.period)
    quick = not period.months and period.rest < SHORTEST_PERIOD
    return quick and (cycle.times is None or cycle.times > QUICK_ROUNDS)
