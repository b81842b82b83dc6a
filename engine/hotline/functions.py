"""What diagrams may ask about time: deadlines, working days and the rule in force.

Expressions hand over what they have: ISO text, a date, or a date-time; text without zone is Shanghai time.
A wrong argument is refused with a sentence, the mend, and which argument it is (feel.Refusal).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from engine import calendar, clock, feel, registry
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
    if not _is_clock(code):
        _no_clock(code, start)
    moment = _moment(start, "deadline", 1)
    version = _version(rule_version)
    in_force = version or clocks.rule_version(_local(moment))
    if not any(item.code == code and item.rule in (None, in_force) for item in clocks.CATALOGUE):
        raise feel.Refusal(
            0,
            (f"规则版本 {in_force} 下没有时限 {code}", f"there is no clock {code} under the rule version {in_force}"),
            _clocks_of(in_force),
        )
    return deadlines.deadline(code, moment, version).operational.astimezone(clock.SHANGHAI)


@registry.function(
    "working_days", ("start", "n"),
    "起算日之后第 n 个工作日（按国务院放假调休安排）",
    "the n-th working day after a day, which itself does not count",
    arguments={"start": _DAY, "n": Argument(frozenset({"number"}))},
    result="date",
)  # fmt: skip
def working_days(start: Any, n: Any) -> date:
    """The n-th working day after `start`."""
    if _number(start) is not None and _read(n) is not None:
        _swapped("working_days(start, n)")
    day = _local(_moment(start, "working_days", 0))
    count = _number(n)
    if count is None or count != int(count) or count < 0:
        raise feel.Refusal(
            1,
            (f"n 应为不小于 0 的整数，却是 {_shown(n)}", f"n must be a whole number from 0 on, but is {_shown(n)}"),
            ("写成 working_days(起算日, 5)", "write working_days(start, 5)"),
        )
    return calendar.add_working_days(day, int(count))[0]


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
    return clocks.rule_version(_local(_moment(day, "rule_on", 0)))


def _is_clock(value: Any) -> bool:
    return isinstance(value, str) and value in clocks.CODES


def _no_clock(code: Any, start: Any) -> NoReturn:
    if _is_clock(start) and _read(code) is not None:
        _swapped("deadline(clock, start)")
    if not isinstance(code, str):
        said = f"时限编号应为文本，却是 {_shown(code)}", f"the code of a clock is a text, but this is {_shown(code)}"
        raise feel.Refusal(0, said, ('写成 deadline("C08", 起算日)', 'write deadline("C08", start)'))
    zh, en = _clocks_of(None)
    digits = re.search(r"\d{1,4}", code)
    if digits and (meant := f"C{int(digits[0]):02}") in clocks.CODES:
        zh, en = f"是否指 {meant}？{zh}", f"did you mean {meant}? {en}"
    raise feel.Refusal(0, (f"没有编号为“{code}”的时限", f"there is no clock `{code}`"), (zh, en))


def _clocks_of(version: int | None) -> tuple[str, str]:
    """The clocks there are (under a rule version), as a hint."""
    known = [item for item in clocks.CATALOGUE if None in (version, item.rule) or item.rule == version]
    codes = list(dict.fromkeys(item.code for item in known))
    return f"时限有 {'、'.join(codes)}", f"the clocks are {', '.join(codes)}"


def _version(value: Any) -> int | None:
    if value is None:
        return None
    number = _number(value)
    if number not in clocks.VERSIONS:
        shown = _shown(value)
        said = f"规则版本应为 20 或 121，却是 {shown}", f"the rule version is 20 or 121, but this is {shown}"
        raise feel.Refusal(2, said, ("不写第三个参数时按起算日判断", "left out, the start day decides"))
    return int(number)  # type: ignore[arg-type]


def _swapped(usage: str) -> NoReturn:
    said = "参数的顺序颠倒了", "the arguments stand in the wrong order"
    raise feel.Refusal(0, said, (f"应为 {usage}", f"write {usage}"))


def _moment(value: Any, function: str, argument: int) -> date | datetime:
    found = _read(value)
    if found is None:
        shown = _shown(value)
        said = f"{function} 需要日期或日期时间，却是 {shown}", f"{function} wants a date or date-time, but got {shown}"
        empty = "变量还没有值；可先判断 x != null", "the variable has no value yet; ask x != null before"
        raise feel.Refusal(argument, said, empty if value is None else feel.iso_hint(str(value)))
    return found


def _read(value: Any) -> date | datetime | None:
    if isinstance(value, date):  # a datetime is one, too
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            pass
    return None


def _local(moment: date | datetime) -> date:
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def _number(value: Any) -> Decimal | None:
    if not isinstance(value, (str, int, float, Decimal)) or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _shown(value: Any) -> str:
    return feel.print_value(feel.convert(value))
