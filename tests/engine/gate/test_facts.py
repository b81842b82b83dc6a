"""What a bundle sets: what is known of each variable, and which processes get others from outside."""

import pytest

from engine.gate import bundle as bundles
from engine.gate import facts
from engine.gate.facts import Facts

from .cases.meaning import CLOSED, FORM, asked
from .draw import MESSAGE, catch, diagram, end, extended, line, node, one, process, script, start, through, timer, user


def found(files: bytes | dict[str, bytes]) -> Facts:
    files = files if isinstance(files, dict) else {"test.bpmn": files}
    return facts.of(bundles.read(files, {}, (), (), None))


def test_forms_and_tables_tell_kinds_and_values() -> None:
    known = found(asked("urgent")).variables
    assert known["accept_decision"].values == {"受理", "不予受理"}
    assert known["goods"].items == {"食品", "药品"} and known["goods"].kind == "list"
    assert (known["amount"].kind, known["bought_on"].kind, known["case_no"].kind) == ("number", "date text", None)
    route = known["route"].entries
    assert route is not None and route["unit"].values == {"LG", "YJ"} and route["level"].kind == "number"


def test_several_places_that_set_one_variable_are_put_together() -> None:
    scripts = [script("a", '{ x: "1", y: 1, z: "1" }'), script("b", '{ x: "2", y: "1", z: other, w: null }')]
    known = found(through(*scripts, via=("a", "b"))).variables
    assert known["x"].values == {"1", "2"} and known["x"].kind == "string"
    assert known["y"].kind is None and known["z"].values is None and known["w"].kind is None


CALL = node("callActivity", "c", calledElement="inner")
INNER = process(start("s2"), user("u2"), end("e2"), line("s2", "u2", "e2"), id="inner", isExecutable="false")


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (through(user()), {"p"}),
        (one(start("s", timer()), user(), end(), line("s", "a", "e")), set()),
        (one(start("s", MESSAGE), user(), end(), line("s", "a", "e")), {"p"}),
        (one(CLOSED, user(), end(), line("s", "a", "e")), set()),
        (one(CLOSED, catch("a", MESSAGE), end(), line("s", "a", "e")), {"p"}),
        (one(CLOSED, node("callActivity", "a", calledElement="elsewhere"), end(), line("s", "a", "e")), {"p"}),
        (diagram(INNER, process(CLOSED, CALL, end(), line("s", "c", "e"))), set()),
        (diagram(INNER, process(start(), CALL, end(), line("s", "c", "e"))), {"p", "inner"}),
    ],
)
def test_a_process_is_open_when_others_may_set_variables(drawn: bytes, expected: set[str]) -> None:
    assert found({"test.bpmn": drawn, "forms/note.json": FORM}).open == expected


@pytest.mark.parametrize("code", ["context put({}, name, 1)", "x = 1\ny = 2"])
def test_a_script_that_cannot_be_foretold_is_wild(code: str) -> None:
    assert found(through(script("a", code))).wild
    assert not found(through(script("a", "{ x: 1 }"))).wild


def test_a_constant_that_an_output_maps_is_known() -> None:
    outputs = extended('<banjie:output name="kept" value="1"/>')
    assert found(one(start(), catch("a", outputs, MESSAGE), end(), line("s", "a", "e"))).variables["kept"].values == {1}


DATA = node("dataObject", "held") + node("dataObjectReference", "r", name="审批结果", dataObjectRef="held")


def test_data_is_set_where_it_is_copied_to_and_not_where_it_is_only_drawn() -> None:
    copied = (
        '<dataOutputAssociation id="o"><sourceRef>answer</sourceRef><targetRef>r</targetRef></dataOutputAssociation>'
    )
    answer = '<ioSpecification><dataOutput id="answer"/></ioSpecification>'
    drawn = one(start(), DATA, user(), end(), line("s", "a", "e"))
    assert {"held", "r", "审批结果"}.isdisjoint(found(drawn).variables)
    assert "held" in found(one(start(), DATA, user("a", answer + copied), end(), line("s", "a", "e"))).variables
