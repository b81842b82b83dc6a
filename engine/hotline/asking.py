"""What simulated colleagues set off besides their tasks: more time, a joint review, a call to a department …

How often is data (`year_mix.json`, `asked`). Everything goes through the actions that the order's page offers, with
their forms and their checks; what is not offered for this case now is not asked. An action has a key of its own, so
that a run which was killed asks for nothing twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from random import Random
from typing import Any

from engine import clock, messages
from engine.errors import Conflict, Forbidden, FormInvalid, NotFound
from engine.hotline import actions, staff, synthetic, transfers
from engine.hotline.roles import Viewer
from engine.simulation import Task, World

TRIES = 20
RINGS, TALKS = timedelta(seconds=31), timedelta(minutes=2)  # until the next desk rings; until one may hang up

# key of a form field -> weights, as `sample.HABITS`, for the forms of actions
ANSWERS: staff.Habits = {
    "extension_reason": {"特殊疑难": 6, "法定时限": 4},
    "extension_days": {"15": 8, "30": 2},
    "trigger": {"疑难事项": 4, "领导批示": 4},
    "supervise_kind": {"电话": 6, "网上": 3, "现场": 1},
}


@dataclass(frozen=True, slots=True)
class Habit:
    """One thing that is asked for: with what share of the tasks `at`, and what the task then waits for."""

    action: str
    at: frozenset[str]  # process/element
    share: float
    role: str = ""  # who asks; "" = who has the task
    unit: str = ""
    kinds: frozenset[str] = frozenset()  # of arrivals; empty: any
    hours: float = 4  # of work, until the task itself is done
    days: tuple[int, int] | None = None  # or so many days, and a few of grace


@cache
def habits() -> tuple[Habit, ...]:
    """The habits of the mix."""
    rows = synthetic.mix()["asked"]["habits"]
    lists = {"at": frozenset, "kinds": frozenset, "days": tuple}
    return tuple(Habit(**{name: lists.get(name, _same)(value) for name, value in row.items()}) for row in rows)


def _same(value: Any) -> Any:
    return value


@dataclass
class Asking:
    """The habits at work in a world. `seed` throws all dice."""

    world: World
    seed: int
    counts: Counter[str] = field(default_factory=Counter)

    def before(self, task: Task, kind: str, person: str, at: datetime) -> datetime:
        """Plan what is asked for before the task is done at `at`; returns when the task is done then.

        Both are reckoned from `at` alone, which may be past when a run goes on that was killed.
        """
        case = task.business_key or ""
        dice = Random(f"{self.seed}/{case}/{task.process}/{task.element}/asks")
        throw, place = dice.random(), f"{task.process}/{task.element}"
        for habit in habits():
            if place in habit.at and (not habit.kinds or kind in habit.kinds):
                throw -= habit.share
                if throw < 0:
                    day = clock.local(at).date() + timedelta(days=dice.randint(*habit.days)) if habit.days else None
                    ask = partial(self._ask, habit, task, person, day, dice)
                    self.world.plan(max(at, self.world.hand.at), ask)
                    return _after(at, day, habit.hours)
        return at

    def _ask(self, habit: Habit, task: Task, person: str, day: date | None, dice: Random) -> None:
        case = task.business_key or ""
        order_no = "-".join(case.split("-")[:2])
        role, unit = habit.role or task.role or "", habit.unit or task.unit
        viewer = Viewer(person if not habit.role else f"{role}-{unit}-1", unit, frozenset({role}))
        key = f"simulated {habit.action} {case}"
        if not actions.taken(key) and not self._take(habit, order_no, case, day, viewer, key, dice):
            return
        self.counts[habit.action] += 1
        if habit.action == "transfer":
            self._listen_at(self.world.hand.at + timedelta(seconds=dice.randint(5, 25)), order_no, viewer)

    def _take(
        self, habit: Habit, order_no: str, case: str, day: date | None, viewer: Viewer, key: str, dice: Random
    ) -> bool:
        try:
            opened = actions.begin(habit.action, order_no, case if case != order_no else None, viewer)
        except (Forbidden, NotFound):
            return False
        told = {"review_date": day.isoformat()} if day else {}
        for _ in range(TRIES):
            values = staff.fill(opened.schema, opened.facts, ANSWERS, dice, told)
            try:
                actions.take(opened, values, viewer, key=key)
            except FormInvalid as refused:
                last = refused
            else:
                return True
        raise AssertionError(f"nobody can fill the form of {habit.action}: {last.errors}")

    # -- a three-party call: the seat says what it hears

    def _listen_at(self, at: datetime, order_no: str, viewer: Viewer) -> None:
        self.world.plan(at, partial(self._listen, order_no, viewer))

    def _listen(self, order_no: str, viewer: Viewer) -> None:
        now = transfers.ringing(order_no, viewer)
        if now is None:
            return
        dice = Random(f"{self.seed}/{now.call}/{now.talking}")
        weights = synthetic.mix()["asked"]["talking" if now.talking else "ringing"]
        what = dice.choices(list(weights), list(weights.values()))[0]
        if what in transfers.HEARD:
            reason = dice.choice(transfers.REASONS) if what == "declined" else None
            try:
                transfers.heard(order_no, what, viewer, call=now.call, reason=reason)
            except Conflict:
                return  # it has rung out at this very moment
        if what != "hangup" and not now.talking:
            self._listen_at(self.world.hand.at + (TALKS if what == "answered" else RINGS), order_no, viewer)


def _after(at: datetime, day: date | None, hours: float) -> datetime:
    begin = max(at, clock.midnight(day)) if day else at
    return staff.working_time_after(begin, timedelta(hours=hours))


def policy_changes(world: World, first: datetime, last: datetime) -> None:
    """Plan the days in between on which a policy changes: what was shelved because of it is looked at again."""
    for day in synthetic.mix()["asked"]["policy_changes"]:
        at = clock.aware(datetime.combine(date.fromisoformat(day), time(10), clock.SHANGHAI))
        if first <= at <= last:
            world.plan(max(at, world.hand.at), partial(_policy_changed, day))


def _policy_changed(day: str) -> None:
    payload = {"policy_note": "有关办法已经出台"}
    messages.signal("policy.changed", payload, actor="coordinator-HO-1", key=f"simulated policy {day}")
