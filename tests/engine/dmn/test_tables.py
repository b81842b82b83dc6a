"""Every hit policy on one table of three rules (DMN 1.5 §8.2.10), worked by hand; and what an outcome tells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import dmn

from .kit import decision, given, model, table

RULES = ['> 1 -> "low" ; 10', '> 2 -> "high" ; 30', '> 3 -> "mid" ; 20']
OUTPUTS = ['level | "high", "mid", "low"', "points"]


def loaded(
    policy: str, rules: list[str] = RULES, outputs: list[str] = OUTPUTS, inputs: list[str] | None = None
) -> dmn.Model:
    return dmn.load(model(decision("D", table(policy, inputs or ["n"], outputs, rules), "input:n"), given("n")), {})


def both(level: str, points: int) -> dict[str, object]:
    return {"level": level, "points": Decimal(points)}


LOW, HIGH, MID = both("low", 10), both("high", 30), both("mid", 20)


@pytest.mark.parametrize(
    ("policy", "n", "value", "rules"),
    [
        ("UNIQUE", 2, LOW, [1]),
        ("UNIQUE", 3, None, [1, 2]),
        ("ANY", 2, LOW, [1]),
        ("ANY", 3, None, [1, 2]),
        ("PRIORITY", 4, HIGH, [1, 2, 3]),
        ("FIRST", 4, LOW, [1]),
        ("RULE ORDER", 4, [LOW, HIGH, MID], [1, 2, 3]),
        ("OUTPUT ORDER", 4, [HIGH, MID, LOW], [1, 2, 3]),
        ("COLLECT", 4, [LOW, HIGH, MID], [1, 2, 3]),
        ("COLLECT", 0, [], []),
        ("UNIQUE", 0, None, []),
    ],
)
def test_hit_policies(policy: str, n: int, value: object, rules: list[int]) -> None:
    outcome = dmn.decide(loaded(policy), "D", {"n": n})
    assert outcome.value == value
    assert outcome.rules == rules


@pytest.mark.parametrize(
    ("aggregation", "n", "value"),
    [("SUM", 4, 60), ("MIN", 4, 10), ("MAX", 4, 30), ("COUNT", 4, 3), ("COUNT", 0, 0), ("SUM", 0, None)],
)
def test_aggregations(aggregation: str, n: int, value: object) -> None:
    rules = ["> 1 -> 10", "> 2 -> 30", "> 3 -> 20"]
    assert dmn.decide(loaded(f"COLLECT + {aggregation}", rules, ["points"]), "D", {"n": n}).value == value


def test_any_allows_rules_that_agree() -> None:
    model_ = loaded("ANY", ['> 1 -> "a" ; 1', '> 2 -> "a" ; 1'])
    assert dmn.decide(model_, "D", {"n": 3}).value == both("a", 1)


def test_an_overlap_is_reported_with_its_rules() -> None:
    outcome = dmn.decide(loaded("UNIQUE"), "D", {"n": 3})
    zh, en = outcome.problems[0]
    assert "1、2" in zh and "1, 2" in en


def test_defaults_stand_in_when_no_rule_matches() -> None:
    model_ = loaded("UNIQUE", ['> 5 -> "x"'], ['level | "x", "y" | "y"'])
    outcome = dmn.decide(model_, "D", {"n": 1})
    assert outcome.value == "y" and outcome.rules == []


def test_a_value_that_is_not_allowed_is_told() -> None:
    model_ = loaded("UNIQUE", ['"a" -> 1'], ["o"], ['n | "a", "b"'])
    assert dmn.decide(model_, "D", {"n": "a"}).value == 1
    outcome = dmn.decide(model_, "D", {"n": "c"})
    assert outcome.value is None and "允许范围" in outcome.problems[0][0]


def test_an_outcome_explains_itself() -> None:
    told = dmn.decide(loaded("FIRST"), "D", {"n": 2.5}).explained()
    assert told["value"] == {"level": "low", "points": 10}
    assert told["rules"] == [1] and told["inputs"] == {"n": 2.5}
    assert told["steps"][0]["decision"] == "D" and told["steps"][0]["problem"] is None


@pytest.mark.parametrize(
    ("cells", "n", "hit"),
    [
        ("-", None, True),
        ('"a", "b"', "b", True),
        ('not("a")', "b", True),
        ("[1..5)", 5, False),
        ("limit", 7, True),
        ("< limit", 6, True),
        ("? > 2 and ? < 4", 3, True),
        ("", 1, True),
    ],
)
def test_cells(cells: str, n: object, hit: bool) -> None:
    parts = (
        decision("D", table("FIRST", ["n"], ["o"], [f"{cells} -> true"]), "input:n", "input:limit"),
        given("n"),
        given("limit"),
    )
    assert (dmn.decide(dmn.load(model(*parts), {}), "D", {"n": n, "limit": 7}).value is True) is hit


def test_a_mistake_in_a_cell_names_its_rule() -> None:
    with pytest.raises(dmn.DmnError) as caught:
        loaded("UNIQUE", ["> 1 -> 1", "== 5 -> 2"], ["o"])
    assert (
        (caught.value.element, caught.value.rule, caught.value.column) == ("D", 2, "n")
        and "single =" in str(caught.value)
        and "一个等号" in caught.value.zh
    )


@pytest.mark.parametrize(
    ("policy", "rules", "word"),
    [
        ("SOMETIMES", RULES, "hit policy"),
        ("COLLECT + MEAN", RULES, "hit policy"),
        ("UNIQUE", ["1 ; 2 -> 3 ; 4"], "cell per column"),
    ],
)
def test_a_malformed_table_is_refused(policy: str, rules: list[str], word: str) -> None:
    with pytest.raises(dmn.DmnError, match=word):
        loaded(policy, rules)


def test_variables_of_the_caller_are_seen_by_tables_drawn_without_inputs() -> None:
    model_ = dmn.load(model(decision("D", table("FIRST", ["金额"], ["o"], ['> 5 -> "大"', '- -> "小"']))), {})
    assert dmn.decide(model_, "D", {"金额": 6}).value == "大"
    assert dmn.decide(model_, "D", {}).value == "小"


def test_functions_of_the_house_are_at_hand() -> None:
    parts = decision("D", table("FIRST", ["twice(n)"], ["o"], ["> 5 -> twice(10)", "- -> 0"]), "input:n"), given("n")
    model_ = dmn.load(model(*parts), {"twice": lambda x: x * 2})
    assert dmn.decide(model_, "D", {"n": 3}).value == 20


def test_all_mistakes_of_a_file_are_told_at_once_with_rule_and_column() -> None:
    parts = (
        decision("D", table("FIRST", ["n", "kind =="], ["o"], ["== 5 ; - -> 2", "- ; “食品” -> 3", "- ; - -> 1 +"])),
        decision("E", "<literalExpression><text>1 &amp;&amp; 2</text></literalExpression>"),
    )
    with pytest.raises(dmn.DmnError) as caught:
        dmn.load(model(*parts), {})
    told = [(one.element, one.rule, one.column) for one in caught.value.all]
    assert told == [("D", None, "kind =="), ("D", 1, "n"), ("D", 2, "kind =="), ("D", 3, "o"), ("E", None, "")]
    assert "第 2 条规则“kind ==”列" in caught.value.all[2].zh and "rule 3, column `o`" in str(caught.value.all[3])
