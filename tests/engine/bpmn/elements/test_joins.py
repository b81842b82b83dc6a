"""Joins count tokens by the flow they came by."""

from __future__ import annotations

from typing import Any

from ..kit import MESSAGE, boundary, end, flow, gateway, line, script, start, user

AND_IN_A_LOOP = (
    start()
    + gateway("exclusive", "merge")
    + gateway("parallel", "split")
    + user("a")
    + user("b")
    + gateway("parallel", "join")
    + script("count", "{n: n + 1}")
    + gateway("exclusive", "again", 'default="again_e"')
    + end()
    + line("s", "merge", "split", "a", "join", "count", "again", "e")
    + line("split", "b", "join")
    + flow("again", "merge", "n &lt; 4")
)


def test_a_parallel_join_in_a_loop_waits_for_both_branches_in_every_pass(case: Any) -> None:
    run = case(AND_IN_A_LOOP, {"n": 0})
    for order in ("ab", "ba", "ba", "ab"):
        run.complete(order[0])
        assert run.tasks == [order[1]]
        run.complete(order[1])
    assert run.effects.completed and run.variables["n"] == 4


def test_a_surplus_token_at_a_parallel_join_is_kept_for_the_next_round(case: Any) -> None:
    body = (
        start()
        + gateway("parallel", "split")
        + gateway("exclusive", "merge")
        + user("a")
        + user("b")
        + user("c")
        + gateway("parallel", "join")
        + script("after")
        + end()
        + line("split", "a", "merge", "join", "after", "e")
        + line("split", "b", "merge")
        + line("s", "split", "c", "join")
    )
    run = case(body).complete("a").complete("b")
    assert "after" not in run.left
    run.complete("c")
    assert run.left.count("after") == 1
    assert run.effects.stuck, "one token is left at the join and nothing can bring its partner"


def inclusive(first: str, second: str) -> str:
    return (
        start()
        + gateway("inclusive", "split", 'default="split_c"')
        + user("a")
        + user("b")
        + user("c")
        + gateway("inclusive", "join")
        + script("after")
        + end()
        + line("s", "split")
        + flow("split", "a", first)
        + flow("split", "b", second)
        + flow("split", "c")
        + line("a", "join", "after", "e")
        + line("b", "join")
        + line("c", "join")
    )


def test_an_inclusive_join_waits_for_the_branches_that_were_taken(case: Any) -> None:
    run = case(inclusive("true", "true"))
    run.complete("b")
    assert "after" not in run.left
    run.complete("a")
    assert run.left.count("after") == 1 and run.effects.completed


def test_an_inclusive_join_does_not_wait_for_branches_that_were_not_taken(case: Any) -> None:
    assert case(inclusive("true", "false")).complete("a").effects.completed
    assert case(inclusive("false", "false")).complete("c").effects.completed


def test_an_inclusive_join_goes_on_when_the_token_it_waited_for_turns_away(case: Any) -> None:
    body = (
        start()
        + gateway("parallel", "split")
        + user("a")
        + user("b")
        + gateway("exclusive", "choice", 'default="choice_e2"')
        + gateway("inclusive", "join")
        + script("after")
        + end()
        + end(id="e2")
        + line("s", "split", "a", "join", "after", "e")
        + line("split", "b", "choice")
        + flow("choice", "join", "stay")
        + flow("choice", "e2")
    )
    run = case(body, {"stay": False}).complete("a")
    assert "after" not in run.left
    assert "after" in run.complete("b").left and run.effects.completed


def test_a_complex_gateway_fires_once_and_swallows_late_arrivals(case: Any) -> None:
    body = (
        start()
        + gateway("parallel", "split")
        + user("a")
        + user("b")
        + user("c")
        + '<complexGateway id="join"><activationCondition>activationCount = 2</activationCondition></complexGateway>'
        + script("after")
        + end()
        + "".join(line("split", x, "join") for x in "abc")
        + line("s", "split")
        + line("join", "after", "e")
    )
    run = case(body).complete("c").complete("a")
    assert run.left.count("after") == 1
    run.complete("b")
    assert run.left.count("after") == 1 and run.effects.completed


def test_tokens_that_went_into_another_are_told_in_the_path(case: Any) -> None:
    run = case(AND_IN_A_LOOP, {"n": 9}).complete("a").complete("b")
    assert [what for element, what in run.path if element == "join"] == ["entered", "entered", "joined", "left"]


def test_an_inclusive_join_waits_for_a_token_that_may_reach_it_by_a_boundary_event(case: Any) -> None:
    body = (
        start()
        + gateway("parallel", "split")
        + user("a")
        + user("before")
        + user("b")
        + boundary("late", "b", MESSAGE)
        + gateway("inclusive", "join")
        + script("after")
        + end()
        + end(id="e2")
        + line("s", "split", "a", "join", "after", "e")
        + line("split", "before", "b", "e2")
        + line("late", "join")
    )
    run = case(body).complete("a")
    assert "after" not in run.left
    run.complete("before")
    assert "after" not in run.left
    assert run.deliver("reply").left.count("after") == 1 and run.effects.completed
