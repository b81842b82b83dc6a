"""How gateways split, and what they say about it."""

from __future__ import annotations

from typing import Any

import pytest

from engine import errors

from ..kit import end, flow, gateway, line, script, start, user


def choice(kind: str, first: str, second: str, default: str = "") -> str:
    return (
        start()
        + gateway(kind, "g", f'default="{default}"' if default else "")
        + script("a")
        + script("b")
        + end()
        + line("s", "g")
        + flow("g", "a", first)
        + flow("g", "b", second)
        + line("a", "e")
        + line("b", "e")
    )


def taken(run: Any) -> list[str]:
    return [element for element in run.left if element in "ab"]


def test_an_exclusive_gateway_takes_the_first_that_holds(case: Any) -> None:
    assert taken(case(choice("exclusive", "n &gt; 1", "n &gt; 0"), {"n": 5})) == ["a"]
    assert taken(case(choice("exclusive", "n &gt; 9", "n &gt; 0"), {"n": 5})) == ["b"]
    assert taken(case(choice("exclusive", "n &gt; 9", "", "g_b"), {"n": 5})) == ["b"]


def test_an_inclusive_gateway_takes_all_that_hold(case: Any) -> None:
    assert taken(case(choice("inclusive", "n &gt; 1", "n &gt; 0"), {"n": 5})) == ["a", "b"]


def test_a_parallel_gateway_ignores_conditions(case: Any) -> None:
    assert taken(case(choice("parallel", "false", "false"))) == ["a", "b"]


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_when_nothing_holds_the_gateway_is_at_fault(case: Any, kind: str) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(choice(kind, "false", "unknown"))
    assert fault.value.element == "g" and ["s", "left"] in fault.value.details["path"]


def test_a_fault_speaks_of_its_element_by_the_name_that_is_drawn(case: Any) -> None:
    body = choice("exclusive", "false", "false").replace('id="g"', 'id="g" name="Decision?"', 1)
    with pytest.raises(errors.DiagramFault) as fault:
        case(body)
    assert "“Decision?”的各条出口条件" in fault.value.zh and "“Decision?”" in str(fault.value)
    assert fault.value.element == "g"


def test_a_choice_is_recorded_with_its_expression_and_operands(case: Any) -> None:
    (decision,) = case(choice("exclusive", "n &gt; 1", "n &gt; 0"), {"n": 5, "m": 1}).effects.decisions
    assert decision == {"kind": "gateway", "element": "g", "flow": "g_a", "expression": "n > 1", "operands": {"n": 5}}
    (decision,) = case(choice("exclusive", "n &gt; 9", "", "g_b"), {"n": 5}).effects.decisions
    assert (decision["flow"], decision["expression"], decision["operands"]) == ("g_b", None, {"n": 5})


def test_only_true_holds(case: Any) -> None:
    assert taken(case(choice("exclusive", "n", "", "g_b"), {"n": 1})) == ["b"]


def test_flows_out_of_a_task_are_an_implicit_split(case: Any) -> None:
    body = start() + user("t", 'default="t_c"') + "".join(script(x) for x in "abc") + end() + line("s", "t", "a", "e")
    body += flow("t", "b", "n &gt; 1") + flow("t", "c") + line("b", "e") + line("c", "e")
    run = case(body, {"n": 5}).complete("t")
    assert [x for x in run.left if x in "abc"] == ["a", "b"]
    run = case(body, {"n": 0}).complete("t")
    assert [x for x in run.left if x in "abc"] == ["a", "c"]
    assert run.effects.decisions[0]["element"] == "t" and run.effects.decisions[0]["flow"] == "t_c"


def test_the_path_tells_the_flows_that_were_taken(case: Any) -> None:
    run = case(choice("exclusive", "true", "true"))
    assert run.path == [
        ["s", "entered"],
        ["s", "left"],
        ["s_g", "taken"],
        ["g", "entered"],
        ["g", "left"],
        ["g_a", "taken"],
        ["a", "entered"],
        ["a", "left"],
        ["a_e", "taken"],
        ["e", "entered"],
        ["e", "left"],
    ]


def test_quantities(case: Any) -> None:
    a, c = script("a").replace("<scriptTask", '<scriptTask completionQuantity="2"'), script("c")
    c = c.replace("<scriptTask", '<scriptTask startQuantity="2"')
    run = case(start() + a + script("b") + c + end() + line("s", "a", "b", "c", "e"))
    assert [x for x in run.left if x in "abc"] == ["a", "b", "b", "c"]


def test_two_flows_between_the_same_nodes_are_two_tokens(case: Any) -> None:
    twice = '<sequenceFlow id="again" sourceRef="g" targetRef="j"/>'
    body = (
        start()
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + script("a")
        + end()
        + line("s", "g", "j", "a", "e")
    )
    run = case(body + twice)
    assert run.left.count("a") == 1 and run.effects.completed


def test_a_conditional_flow_beside_an_unconditional_one_need_not_be_taken(case: Any) -> None:
    body = start() + user("t") + script("a") + script("b") + end() + line("s", "t", "a", "e")
    run = case(body + flow("t", "b", "n &gt; 1") + line("b", "e"), {"n": 0}).complete("t")
    assert [x for x in run.left if x in "ab"] == ["a"] and run.effects.completed
