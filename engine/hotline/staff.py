"""Simulated colleagues: they fill forms as the bureau's people do, some fast, some slow, some forgetful.

They know nothing of a diagram: a form's own schema says what may be chosen. A few habits make the choices plausible;
they are data, and a form they do not know is filled with whatever its options allow.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine import calendar, clock

OPENING, NOON, AFTERNOON, CLOSING = time(9), time(12), time(13), time(17, 30)
GRID = timedelta(minutes=5)  # people look at their list now and then; what they do then shares a commit
FORGETFUL = 0.005  # share of tasks that lie for days
CARELESS = 0.01  # share of forms sent with a field left out
AWAY = (5, 10)  # days of a leave; everybody takes two in a year
MEDIAN_HOURS = 1.0  # working hours until a task is done, in the middle

# key of a form field -> weights of its options; options that are not named weigh 1
Habits = dict[str, dict[Any, float]]


@dataclass
class Colleague:
    """A person with a pace: 1.0 is average, 2.0 takes twice as long."""

    name: str
    pace: float
    leaves: tuple[tuple[date, date], ...] = ()

    def away(self, day: date) -> date | None:
        """The last day of the leave this colleague is on; None: here."""
        return next((last for first, last in self.leaves if first <= day <= last), None)

    def ready_at(self, begin: datetime, dice: random.Random) -> datetime:
        """When this colleague will have done a task that opens at `begin`: working hours only, on the grid."""
        back = self.away(clock.local(begin).date())
        if back:  # nobody stands in: it lies
            begin = clock.midnight(back + timedelta(days=1))
        hours = dice.lognormvariate(math.log(MEDIAN_HOURS * self.pace), 0.8)
        if dice.random() < FORGETFUL:
            hours += dice.uniform(16, 80)
        return working_time_after(begin, timedelta(hours=hours))


def colleague(name: str, years: range, dice: random.Random) -> Colleague:
    """A person with a pace and two leaves in each of the years."""
    leaves = []
    for first in (date(year, month, 1) for year in years for month in (1, 7)):
        begin = first + timedelta(days=dice.randrange(170))
        leaves.append((begin, begin + timedelta(days=dice.randint(*AWAY))))
    return Colleague(name, dice.lognormvariate(0, 0.4), tuple(leaves))


def working_time_after(begin: datetime, work: timedelta) -> datetime:
    """The instant at which `work` of working time has passed since `begin`, rounded up to the grid."""
    at = clock.local(begin)
    while True:
        for opens, closes in ((OPENING, NOON), (AFTERNOON, CLOSING)):
            start = max(at, datetime.combine(at.date(), opens, clock.SHANGHAI))
            end = datetime.combine(at.date(), closes, clock.SHANGHAI)
            if not _works(at.date()) or start >= end:
                continue
            if start + work <= end:
                return on_grid(start + work)
            work -= end - start
        at = clock.midnight(at.date() + timedelta(days=1))


def _works(day: date) -> bool:
    return calendar.is_working(day)


def on_grid(at: datetime) -> datetime:
    """The next point of the grid, in UTC."""
    at = clock.local(at)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    steps = math.ceil((at - midnight) / GRID)
    return clock.aware(midnight + steps * GRID)


def fill(
    schema: dict[str, Any],
    data: dict[str, Any],
    habits: Habits,
    dice: random.Random,
    told: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A submission that a sensible person could make. Read-only fields are left out, as the browser does.

    What is `told` of the case is answered so wherever a form asks it and offers that answer.
    """
    values: dict[str, Any] = {}
    for component in _fields(schema.get("components", ())):
        if component.get("readonly") is True or component.get("disabled"):
            continue
        key = component["key"]
        known = data.get(key)  # what stands there already is usually right
        if told and key in told and _offers(component, told[key]):
            values[key] = told[key]
        else:
            habit = habits.get(key, {})
            values[key] = _value(component, data, habit, dice) if known in (None, "", []) else known
    return {key: value for key, value in values.items() if value is not None}


def _offers(component: dict[str, Any], answer: Any) -> bool:
    options = [option["value"] for option in component.get("values", ())]
    return not options or all(value in options for value in (answer if isinstance(answer, list) else [answer]))


def _fields(components: Any) -> list[dict[str, Any]]:
    found = []
    for component in components:
        if "components" in component:
            found += _fields(component["components"])
        elif "key" in component:
            found.append(component)
    return found


def _value(component: dict[str, Any], data: dict[str, Any], weights: dict[Any, float], dice: random.Random) -> Any:
    kind = component["type"]
    options = [option["value"] for option in component.get("values", ())]
    if kind in ("select", "radio") and options:
        return _choose(options, weights, dice)
    if kind in ("checklist", "taglist") and options:
        return [_choose(options, weights, dice)]
    if kind == "checkbox":
        return dice.random() < weights.get(True, 0.5)
    if kind == "number":
        low = float(component.get("validate", {}).get("min", 0))
        return int(max(low, weights.get("value", low)))
    if kind == "datetime":
        return None if None in weights else _moment(component)  # what nobody fills in
    if kind in ("textfield", "textarea"):
        return _text(component, data, weights, dice)
    return None


def _choose(options: list[Any], weights: dict[Any, float], dice: random.Random) -> Any:
    return dice.choices(options, [weights.get(option, 1.0) for option in options])[0]


def _moment(component: dict[str, Any]) -> str:
    now = clock.local(clock.now())
    if component.get("subtype") == "date":
        return now.date().isoformat()
    if component.get("subtype") == "time":
        return f"{now:%H:%M}"
    return now.replace(second=0, microsecond=0).isoformat()


def _text(component: dict[str, Any], data: dict[str, Any], weights: dict[Any, float], dice: random.Random) -> str:
    """What people write: one of their habitual sentences with today's date in it, or a few words about the field."""
    rules = component.get("validate", {})
    today = clock.local(clock.now())
    if weights:
        text = _choose(list(weights), weights, dice).replace("{today}", f"{today.month}月{today.day}日")
    else:
        text = str(data.get(component["key"]) or f"{component.get('label', '')}：已按规定办理")
    text = text.ljust(int(rules.get("minLength", 1)), "。")
    return text[: int(rules.get("maxLength", 500))]
