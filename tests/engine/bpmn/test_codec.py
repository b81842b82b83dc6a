"""Instances as bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from engine import bpmn, errors, feel
from engine.bpmn import codec, limits

from .kit import Case, end, line, load, start, user

VALUES = {
    "text": "噪音 \0 {",
    "numbers": [0, -1, 2**53, 1.5],
    "decimal": Decimal("12345678901234567890.123"),
    "instant": datetime(2026, 3, 2, 4, 5, 6, 789, tzinfo=UTC),
    "naive": datetime(2026, 3, 2),
    "zoned": datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
    "date": date(2026, 3, 2),
    "time": time(9, 30),
    "days": timedelta(days=-1, microseconds=5),
    "months": feel.YearMonth(14),
    "range": feel.Range(Decimal(1), date(2026, 1, 1), False),
    "set": {1, 2},
    "nested": {"list": [{"day": date(2026, 3, 2)}, None, True]},
}


def instance(variables: dict[str, Any] | None = None) -> bpmn.Instance:
    program = load(start() + user("a") + end() + line("s", "a", "e"))["p"]
    return bpmn.start(program, variables or {})[0]


def restored(one: bpmn.Instance) -> bpmn.Instance:
    return bpmn.decode(one.program, bpmn.encode(one))


@pytest.mark.parametrize("name", VALUES)
def test_every_type_of_value_comes_back_as_it_was(name: str) -> None:
    value = restored(instance({"v": VALUES[name]})).variables["v"]
    assert value == VALUES[name] and type(value) is type(VALUES[name])


def test_the_zone_of_a_time_comes_back_too() -> None:
    assert restored(instance(VALUES)).variables["zoned"].tzinfo == ZoneInfo("Asia/Shanghai")


def test_the_first_byte_is_the_version_and_an_unknown_one_is_refused() -> None:
    one = instance()
    blob = bpmn.encode(one)
    assert blob[0] == codec.VERSION
    for wrong in (b"", bytes([codec.VERSION + 1]) + blob[1:]):
        with pytest.raises(errors.DiagramFault):
            bpmn.decode(one.program, wrong)


def test_a_released_state_can_still_be_read() -> None:
    """A state as version 1 wrote it; a change that breaks it needs a new version and a reader for the old one."""
    blob = (
        b'\x01{"key":"p","next":3,"outcome":null,"over":false,"top":{"tokens":[[2,null,"a",16,"s",{"offer":{"unit":"U1"}}]],'
        b'"variables":{"day":{"\\u0000":["date","2026-03-02"]}}},"subs":[]}'
    )
    one = bpmn.decode(instance().program, blob)
    (wait,) = bpmn.waits(one).values()
    assert (wait.element, wait.unit) == ("a", "U1") and one.variables == {"day": date(2026, 3, 2)}
    assert bpmn.complete(one, 2, {}).outcome == "e"


def test_long_states_are_compressed() -> None:
    one = instance({"text": "很长的内容" * 5_000})
    blob = bpmn.encode(one)
    assert len(blob) < 5_000 and restored(one).variables == one.variables


def test_data_cannot_forge_a_type() -> None:
    forged = {"\0": ["date", "2026-03-02"]}
    with pytest.raises(errors.DiagramFault):
        bpmn.encode(instance({"v": forged}))
    with pytest.raises(errors.DiagramFault):
        bpmn.encode(instance({"v": forged, "day": date(2026, 3, 2)}))


@pytest.mark.parametrize("value", [object(), lambda: 1, {1: 2}, 2**80, b"bytes"])
def test_what_cannot_be_stored_is_a_fault(value: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        bpmn.encode(instance({"v": value}))
    assert fault.value.element == "a"


def test_a_state_beyond_the_limit_is_a_fault() -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        bpmn.encode(instance({"v": "x" * limits.MAX_STATE}))
    assert fault.value.element == "a"


def test_a_state_belongs_to_its_process() -> None:
    other = load(f'<process id="q">{start()}{user("a")}{line("s", "a")}</process>')["q"]
    with pytest.raises(errors.DiagramFault):
        bpmn.decode(other, bpmn.encode(instance()))


def test_a_state_fits_a_later_version_of_the_diagram_that_still_has_its_elements() -> None:
    blob = bpmn.encode(instance({"n": 1}))
    later = load(start() + user("new") + user("a") + user("b") + end() + line("s", "new", "a", "b", "e"))["p"]
    one = bpmn.decode(later, blob)
    assert [wait.element for wait in bpmn.complete(one, next(iter(one.tasks)), {}).opened] == ["b"]


def test_a_state_on_an_element_that_is_gone_names_it() -> None:
    gone = load(start() + user("z") + end() + line("s", "z", "e"))["p"]
    with pytest.raises(errors.DiagramFault) as fault:
        bpmn.decode(gone, bpmn.encode(instance()))
    assert fault.value.element == "a"


def test_the_state_holds_no_history() -> None:
    run = Case(start() + "".join(user(f"u{n}") for n in range(50)) + line("s", *(f"u{n}" for n in range(50))))
    sizes = []
    for n in range(49):
        run.complete(f"u{n}")
        sizes.append(len(bpmn.encode(run.instance)))
    assert max(sizes) - min(sizes) < 10
    assert len(orjson.loads(bpmn.encode(run.instance)[1:])["top"]["tokens"]) == 1
