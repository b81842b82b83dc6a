"""Every rule against its bad and its good diagrams (`cases`, one module per rule)."""

import importlib
import re
from pathlib import Path

import pytest

from engine.gate import rules
from engine.gate.severities import SEVERITIES

from .draw import judge

CASES = {
    rule.__name__.rpartition(".")[2]: importlib.import_module(
        "tests.engine.gate.cases." + rule.__name__.rpartition(".")[2]
    )
    for rule in (*rules.RULES, rules.LAST)
}
BAD = [(rule, *case) for rule, cases in CASES.items() for case in cases.BAD]
GOOD = [(rule, bundle) for rule, cases in CASES.items() for bundle in cases.GOOD]
ELSEWHERE = {"gate-fault", "findings-many", "engine-refuses", "form-unchecked"}  # shown in test_gate.py


@pytest.mark.parametrize(
    ("rule", "code", "element", "bundle"), BAD, ids=[f"{c[0]}-{c[1]}-{n}" for n, c in enumerate(BAD)]
)
def test_a_bad_diagram_is_found_and_the_element_is_named(rule, code, element, bundle):
    report = judge(bundle)
    findings = [finding for finding in report.findings if finding.rule == code]
    assert element in [finding.element for finding in findings], report.text("en")
    for finding in findings:
        assert finding.zh and finding.en and finding.mend_zh and finding.mend_en
        assert re.search("[\u4e00-\u9fff]", finding.zh + finding.mend_zh) and "{it}" not in finding.zh + finding.en


@pytest.mark.parametrize(("rule", "bundle"), GOOD, ids=[f"{c[0]}-{n}" for n, c in enumerate(GOOD)])
def test_a_good_diagram_passes(rule, bundle):
    report = judge(bundle)
    assert report.ok, report.text("en")
    assert not {finding.rule for finding in report.findings} & set(SEVERITIES[rule]), report.text("en")


def test_every_finding_of_the_table_has_a_bad_diagram():
    shown = {case[1] for case in BAD} | ELSEWHERE
    assert {code for codes in SEVERITIES.values() for code in codes} == shown


def test_every_finding_is_made_by_the_rule_it_is_listed_under():
    for rule, codes in SEVERITIES.items():
        name = "__init__.py" if rule == "gate" else f"rules/{rule}.py"
        source = (Path(rules.__file__).parents[1] / name).read_text("utf-8")
        if rule == "registered":
            source = source.replace('attribute + "-unknown"', '"role-unknown" "connector-unknown"')
        assert codes.keys() == set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source)) & {
            c for s in SEVERITIES.values() for c in s
        }
        assert rule == "gate" or rule in CASES
