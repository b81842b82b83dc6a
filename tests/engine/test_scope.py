"""What is in scope at an element: small diagrams for each way a variable is set, then every shipped expression."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from lxml import etree

from engine import errors, feel, gate, scope
from engine.gate import bundle as bundles
from engine.gate.places import expressions
from engine.hotline import functions as _functions  # noqa: F401  they register themselves
from engine.registry import FUNCTIONS

from .gate.draw import (
    FORM_FILE,
    MESSAGE,
    boundary,
    catch,
    diagram,
    end,
    extended,
    flow,
    gateway,
    line,
    node,
    one,
    process,
    script,
    start,
    throw,
    timer,
    user,
)

PROCESSES = Path(__file__).parents[2] / "processes"
FORMS = Path(__file__).parents[2] / "forms"
NOTE = {"forms/note.json": FORM_FILE}


def names(files: dict[str, bytes], element: str, **more: object) -> list[str]:
    return [variable["name"] for variable in scope.at(files, element, **more)["variables"]]  # type: ignore[arg-type]


def inside(*parts: str, id: str = "sub", **attributes: str) -> str:
    return node("subProcess", id, *parts, **attributes)


TWO = one(
    start(), script("a", "{ x: 1, y: 2 }"), gateway("exclusive", "g", default="g_c"), user("b"), script("c", "z = 1"),
    node("businessRuleTask", "d", banjie__decision="routing", banjie__result="route"), end(),
    line("s", "a", "g"), flow("g", "b", "x > 1"), flow("g", "c"), flow("b", "d"), flow("c", "d"), flow("d", "e"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("s", []),
        ("a", []),
        ("g", ["x", "y"]),
        ("g_b", ["x", "y"]),
        ("b", ["x", "y"]),
        ("d", ["note", "x", "y", "z"]),
        ("b_d", ["note", "x", "y"]),
        ("d_e", ["note", "route", "x", "y", "z"]),
    ],
)
def test_what_lies_before_is_in_scope(element: str, expected: list[str]) -> None:
    assert names({"test.bpmn": TWO, **NOTE}, element) == expected


def test_each_variable_tells_where_it_comes_from() -> None:
    found = scope.at({"test.bpmn": TWO, **NOTE}, "d_e", start=["x"])["variables"]
    assert found[0] == {"name": "note", "from": [{"kind": "form", "element": "b", "name": "办理"}]}
    assert found[1] == {"name": "route", "from": [{"kind": "decision", "element": "d", "name": "d"}]}
    assert found[2]["from"] == [{"kind": "start"}, {"kind": "script", "element": "a", "name": "a"}]
    json.dumps(found)


def test_a_loop_brings_back_what_it_sets() -> None:
    looped = one(
        start(), gateway("exclusive", "m"), script("a", "{ n: 1 }"), gateway("exclusive", "g", default="g_e"), end(),
        line("s", "m", "a", "g"), flow("g", "m", "n < 3"), flow("g", "e"),
    )  # fmt: skip
    assert names({"test.bpmn": looped}, "a") == ["n"]


def test_answers_messages_and_loops() -> None:
    loop = '<multiInstanceLoopCharacteristics banjie:collection="list" banjie:item="one" banjie:collect="all"/>'
    drawn = one(
        start(), node("serviceTask", "a", banjie__connector="notify", banjie__result="answer"),
        catch("c", extended('<banjie:output name="kept" value="x"/>'), MESSAGE), user("u", loop), end(),
        line("s", "a", "c", "u", "e"),
    )  # fmt: skip
    assert names({"test.bpmn": drawn, **NOTE}, "u") == ["answer", "kept", "loopCounter", "one"]
    assert names({"test.bpmn": drawn, **NOTE}, "e") == ["all", "answer", "kept", "note"]


def test_a_message_brings_what_the_bundle_sends_with_it() -> None:
    sender = process(
        start("s2"),
        throw("t", extended('<banjie:input name="order_no" value="1"/>'), MESSAGE),
        end("e2"), line("s2", "t", "e2"), id="sender",
    )  # fmt: skip
    receiver = process(start("s", MESSAGE), user("a"), end("e"), line("s", "a", "e"))
    files = {"test.bpmn": diagram(sender, receiver), **NOTE}
    assert names(files, "a") == ["order_no"] and names(files, "t") == []


def test_sub_processes_and_boundary_events() -> None:
    drawn = one(
        start(), script("a", "{ x: 1 }"),
        inside(start("s1"), script("b", "{ y: 1 }"), user("c"), end("e1"), line("s1", "b", "c", "e1")),
        boundary("late", "sub", timer()), user("r"), user("n"), end(), end("e3"),
        inside(start("s4", MESSAGE), user("d"), end("e4"), line("s4", "d", "e4"), id="ev", triggeredByEvent="true"),
        line("s", "a", "sub", "n", "e"), line("late", "r", "e3"),
    )  # fmt: skip
    files = {"test.bpmn": drawn, **NOTE}
    assert names(files, "c") == ["x", "y"]
    assert names(files, "b") == ["x"]
    assert names(files, "n") == names(files, "r") == ["note", "x", "y"]
    assert names(files, "d") == ["note", "x", "y"]  # an event may come at any time


def test_a_called_process_takes_and_gives() -> None:
    inner = process(
        start("s2"), user("u2"), end("e2"), line("s2", "u2", "e2"), id="inner", isExecutable="false",
    )  # fmt: skip
    outer = process(
        start(), script("a", "{ x: 1 }"), node("callActivity", "call", calledElement="inner"), user("b"), end(),
        line("s", "a", "call", "b", "e"),
    )  # fmt: skip
    files = {"test.bpmn": diagram(inner, outer), **NOTE}
    assert names(files, "u2") == ["x"] and names(files, "b") == ["note", "x"]
    circle = [
        process(
            start(f"s{i}"), script(f"a{i}", f"{{ v{i}: 1 }}"), node("callActivity", f"c{i}", calledElement=f"p{1 - i}"),
            end(f"e{i}"), line(f"s{i}", f"a{i}", f"c{i}", f"e{i}"), id=f"p{i}",
        )
        for i in (0, 1)
    ]  # fmt: skip
    assert names({"test.bpmn": diagram(*circle)}, "e0") == ["v0", "v1"]


def test_functions_are_listed_with_those_of_the_house_first() -> None:
    found = scope.at({"test.bpmn": TWO}, "a", functions=FUNCTIONS)["functions"]
    assert found[0]["name"] == "deadline" and found[0]["zh"] and "deadline(clock" in found[0]["signatures"][0]
    assert {"string length", "date and time"} <= {function["name"] for function in found}
    assert len(json.dumps(found, ensure_ascii=False)) < 20_000


def test_an_unknown_element_and_a_broken_form() -> None:
    with pytest.raises(errors.NotFound):
        scope.at({"test.bpmn": TWO}, "nowhere")
    assert names({"test.bpmn": TWO, "forms/note.json": b"{"}, "d") == ["x", "y", "z"]


def shipped(folder: Path) -> dict[str, bytes]:
    """A bundle's diagrams and all forms."""
    files = {path.name: path.read_bytes() for path in folder.glob("*.bpmn")}
    return files | {f"forms/{p.relative_to(FORMS).as_posix()}": p.read_bytes() for p in FORMS.rglob("*.json")}


def test_what_goes_on_beside_may_have_set_a_name_already() -> None:
    """A non-interrupting boundary event's way, and a non-interrupting event sub-process, act while the rest goes on."""
    beside = boundary("r", "a", timer("PT1H"), cancelActivity="false")
    handler = inside(
        node("startEvent", "es", timer("PT2H"), isInterrupting="false"), script("q", "y = 1"), end("ee"),
        line("es", "q", "ee"), id="esp", triggeredByEvent="true",
    )  # fmt: skip
    drawn = one(
        start(), user("a"), beside, script("p", "x = 1"), end("pe"), user("b"), end(), handler,
        line("s", "a", "b", "e"), line("r", "p", "pe"),
    )  # fmt: skip
    assert {"x", "y"} <= set(names({"p.bpmn": drawn, **NOTE}, "b"))
    assert "x" not in names({"p.bpmn": drawn, **NOTE}, "a")


AFTERWARDS = {"output", "collectItem", "completionCondition"}  # asked when the element has acted, not before


def begun_with(folder: Path) -> set[str]:
    """The variables the scenarios of a bundle begin with, and what the shipped processes send one another."""
    with (folder / "scenarios.csv").open(encoding="utf-8-sig", newline="") as file:
        begun = set().union(*(json.loads(row["start"] or "{}") for row in csv.DictReader(file)))
    sent = (etree.parse(path).iter("{urn:banjie:bpmn:1}input") for path in PROCESSES.glob("*/*.bpmn"))
    return begun | {str(entry.get("name")) for entries in sent for entry in entries}


def test_every_name_in_the_shipped_diagrams_is_in_scope_where_it_stands() -> None:
    functions, asked = {name: function.call for name, function in FUNCTIONS.items()}, 0
    for folder in sorted({path.parent for path in PROCESSES.glob("*/*.bpmn")}):
        files, begun = shipped(folder), begun_with(folder)
        for place in expressions(bundles.read(files, {}, (), (), None)):
            if not place.text or place.script or place.name in AFTERWARDS:
                continue
            wanted = feel.compile(place.text, None, functions).certain
            element = gate.model.owner(place.at.element).get("id")
            missing = wanted - set(names(files, element, file=place.at.file, start=begun))
            assert not missing, (folder.name, element, place.text, missing)
            asked += len(wanted)
    assert asked > 100


def test_a_message_of_another_brings_what_it_carries() -> None:
    drawn = one(start("s", MESSAGE), user("a"), end(), line("s", "a", "e"))
    assert names({"test.bpmn": drawn, **NOTE}, "a", messages={"回复": ["answer"]}) == ["answer"]
