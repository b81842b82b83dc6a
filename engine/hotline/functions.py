"""What diagrams may ask about time: deadlines, working days and the rule in force.

Expressions hand over what they have: ISO text, a date, or a date-time; text without zone is Shanghai time.
A wrong argument is a ValueError whose sentence names the function and what came.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine import calendar, clock, errors, registry
from engine.hotline import clocks, deadlines
from engine.registry import Argument

_DAY = Argument(frozenset({"date", "date and time"}))
_CODES = tuple(dict.fromkeys(item.code for item in clocks.CATALOGUE))


@registry.function(
    "deadline", ("clock", "start", "rule_version"),
    "时限届满时刻（当日17:30）；第三个参数为适用规则版本 20 或 121，可省略",
    "when a clock ends (17:30 of its last day); the third argument, the rule version 20 or 121, may be left out",
    arguments={
        "clock": Argument(frozenset({"string"}), _CODES),
        "start": _DAY,
        "rule_version": Argument(frozenset({"number"}), tuple(clocks.VERSIONS)),
    },
    result="date and time",
)  # fmt: skip
def deadline(code: Any, start: Any, rule_version: Any = None) -> datetime:
    """The operational end of a clock, an aware date-time in Shanghai."""
    version = None if rule_version is None else _whole(rule_version, "deadline", "rule version")
    try:
        found = deadlines.deadline(str(code), _moment(start, "deadline"), version)
    except errors.Invalid as error:
        raise ValueError(f"deadline(): {error}") from error
    return found.operational.astimezone(clock.SHANGHAI)


@registry.function(
    "working_days", ("start", "n"),
    "起算日之后第 n 个工作日（按国务院放假调休安排）",
    "the n-th working day after a day, which itself does not count",
    arguments={"start": _DAY, "n": Argument(frozenset({"number"}))},
    result="date",
)  # fmt: skip
def working_days(start: Any, n: Any) -> date:
    """The n-th working day after `start`."""
    day, count = _day(start, "working_days"), _whole(n, "working_days", "n")
    if count < 0:
        raise ValueError(f"working_days(): n must not be negative, it is {count}")
    return calendar.add_working_days(day, count)[0]


# Not `rule_version`: every case carries a variable of that name, which would hide the function.
@registry.function(
    "rule_on", ("date",),
    "该日适用的投诉举报处理办法版本：20 或 121",
    "the version of the ordinance in force on a day: 20 or 121",
    arguments={"date": _DAY},
    result="number",
)  # fmt: skip
def rule_on(day: Any) -> int:
    """20 or 121."""
    return clocks.rule_version(_day(day, "rule_on"))


def _moment(value: Any, function: str) -> date | datetime:
    if isinstance(value, date):  # a datetime is one, too
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{function}(): a date or date-time is wanted, not {value!r}")


def _day(value: Any, function: str) -> date:
    moment = _moment(value, function)
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def _whole(value: Any, function: str, what: str) -> int:
    try:
        number = Decimal(str(value))
        if number == int(number):
            return int(number)
    except (ArithmeticError, ValueError):
        pass
    raise ValueError(f"{function}(): {what} must be a whole number, not {value!r}")
