"""The search for standstills and the relation of branches, against a search that tries every order of every step."""

from __future__ import annotations

import random
import time

import pytest

from engine.gate import bundle, net, runs, together

from .draw import NAMES, end, flow, gateway, judge, line, node, one, start, user


def drawn(dice: random.Random) -> bytes:
    """A diagram of gateways and tasks joined at random, most of them unsound."""
    kinds = dice.choices(["exclusive", "parallel", "task"], [3, 3, 2], k=dice.randint(4, 8))
    names = [f"n{number}" for number in range(len(kinds))]
    parts = [start(), end(), flow("s", names[0])]
    for name, kind in zip(names, kinds, strict=True):
        parts.append(user(name) if kind == "task" else gateway(kind, name))
    joined = set()
    for number, kind in enumerate(kinds):
        for _ in range(1 if kind == "task" else dice.randint(1, 2)):
            back = dice.random() < 0.15
            target = dice.choice(names[: number + 1] if back else [*names[number + 1 :], "e"])
            if (number, target) not in joined:
                joined.add((number, target))
                parts.append(flow(names[number], target))
    return one(*parts)


def every_run(it: net.Net) -> tuple[set[str], set[str], set[str]] | None:
    """Joins where tokens can stay for ever, joins that can go on, nodes with two tokens; None if there are too many."""
    stuck, gone, doubled = set(), set(), set()
    seen = {tuple(sorted(begin)) for begin in it.begins}
    todo = list(seen)
    while todo:
        marking = todo.pop()
        doubled |= {it.nodes[p].id for p in marking if marking.count(p) > 1 and it.nodes[p].tag != "endEvent"}
        steps = [([place], it.ways[place]) for place in set(marking) if place in it.ways]
        for join in it.joins:
            if set(join.inputs.values()) <= set(marking):
                gone.add(join.node.id)
                steps.append((list(join.inputs.values()), join.ways))
        if not steps:
            stuck |= {join.node.id for join in it.joins if set(join.inputs.values()) & set(marking)}
        for taken, ways in steps:
            rest = list(marking)
            for place in taken:
                rest.remove(place)
            for way in ways:
                after = tuple(sorted((*rest, *way.targets)))
                if max(map(after.count, after), default=0) > runs.MAX_TWICE:
                    return None
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
        if len(seen) > 5_000:
            return None
    return stuck, gone, doubled


def read(diagram: bytes) -> net.Net:
    (scope,) = bundle.read({"x.bpmn": diagram}, *NAMES.values(), None).scopes
    found = net.of(scope)
    assert found is not None
    return found


def test_standstills_are_those_of_every_possible_run() -> None:
    dice = random.Random(7)
    compared = some = 0
    while compared < 400:
        it = read(drawn(dice))
        expected = every_run(it)
        if expected is None:
            continue
        compared += 1
        stuck, gone, doubled = expected
        assert {standstill.join.node.id for standstill in runs.standstills(it)} == stuck
        relation = together.relation(it)
        assert gone <= {join.node.id for join in it.joins if id(join) in relation.goes_on}
        assert doubled <= {it.nodes[place].id for place, other in relation.came if place == other}
        some += bool(stuck)
    assert 100 < some < 350


@pytest.mark.parametrize("branches", [10, 30])
def test_many_branches_side_by_side_cost_little(branches: int) -> None:
    names = [f"t{number}" for number in range(branches)]
    parts = [user(name) + line("g", name, "h" + name, "j") + user("h" + name) for name in names]
    diagram = one(start(), gateway("parallel", "g"), *parts, gateway("parallel", "j"), end(), line("s", "g"),
                  line("j", "e"))  # fmt: skip
    it = read(diagram)
    begin = time.process_time()
    assert list(runs.standstills(it)) == [] and together.relation(it).twice() == []
    assert time.process_time() - begin < 0.1


def test_a_hostile_size_is_given_up_in_time() -> None:
    parts = [start(), end(), line("s", "g0")]
    for n in range(60):  # each gateway splits into ten tasks and the next gateway, all of which meet at a join each
        parts += [
            gateway("parallel", f"g{n}"),
            gateway("inclusive", f"j{n}"),
            line(f"g{n}", f"g{n + 1}"),
            line(f"j{n}", "e"),
        ]
        parts += [user(f"t{n}_{m}") + line(f"g{n}", f"t{n}_{m}", f"j{(n * 7 + m) % 60}") for m in range(10)]
    begin = time.process_time()
    report = judge(one(*parts, user("g60"), line("g60", "e")))
    assert "runs-many" in {finding.rule for finding in report.findings}
    assert time.process_time() - begin < 2


def test_the_way_that_leads_into_the_deadlock_is_told_in_both_languages() -> None:
    inner = start() + gateway("exclusive", "g", name="是否受理") + user("a", name="受理") + user("b", name="告知")
    inner += gateway("parallel", "j", name="") + end()
    inner += flow("s", "g") + flow("g", "a", "x > 1") + flow("g", "b", "x < 2")
    report = judge(one(inner, line("a", "j", "e"), line("b", "j")))
    (finding,) = [finding for finding in report.errors if finding.rule == "deadlock"]
    assert finding.element == "j"
    assert "走 是否受理(g) → 告知(b) → j 之后，来自“受理(a)”的分支不会再来" in finding.zh
    assert "after 是否受理(g) → 告知(b) → j the branch from “受理(a)” cannot come" in finding.en


def test_a_scope_that_counts_tokens_is_left_alone() -> None:
    diagram = one(start(), node("userTask", "a", startQuantity="2"), end(), line("s", "a", "e"))
    (scope,) = bundle.read({"x.bpmn": diagram}, *NAMES.values(), None).scopes
    assert net.of(scope) is None
