"""Scenarios are played and counted: an analyst's row decides, nobody's code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import engine.hotline.functions  # noqa: F401  registers what the diagrams call
from engine import drawing, scenarios

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The consultations' bundle, to be spoilt."""
    return Path(shutil.copytree(ROOT / "processes" / "consult", tmp_path / "consult"))


def _rows(bundle: Path) -> list[str]:
    return (bundle / "scenarios.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)


def test_all_that_is_drawn_is_counted_with_the_rows_that_pass_it(bundle: Path) -> None:
    [walked] = scenarios.coverage(bundle)
    assert walked.missing == []
    assert walked.counts["matter_received"] == len(walked.rows) == len(_rows(bundle)) - 2
    assert all(wrong == [] for wrong in walked.rows.values())


def test_without_its_row_an_element_is_never_walked(bundle: Path) -> None:
    rows = _rows(bundle)
    kept = [row for row in rows if "reclassified_tipoff" not in row]
    assert len(kept) < len(rows)
    (bundle / "scenarios.csv").write_text("".join(kept), encoding="utf-8")
    [walked] = scenarios.coverage(bundle)
    assert "reclassified_tipoff" in walked.missing
    picture = drawing.svg(walked.diagram.read_bytes(), walked.counts, "consult")
    assert "转为举报：0" in picture and 'class="pass none"' in picture


def test_a_row_that_expects_something_else_says_what(bundle: Path) -> None:
    wrong = (
        "".join(_rows(bundle))
        .replace(",answered_online\n", ",answered\n", 1)
        .replace(",answered_online\r\n", ",answered\r\n", 1)
    )
    (bundle / "scenarios.csv").write_text(wrong, encoding="utf-8")
    [walked] = scenarios.coverage(bundle)
    [said] = [sentences for sentences in walked.rows.values() if sentences]
    assert said == ["ends at answered_online, not answered"]


def test_a_step_that_never_comes_is_told_and_the_other_rows_count(bundle: Path) -> None:
    with (bundle / "scenarios.csv").open("a", encoding="utf-8") as file:
        file.write("consult,无此任务,,nobody,,,,answered\n")
    [walked] = scenarios.coverage(bundle)
    assert walked.rows["无此任务"][0].startswith("nobody never opens")
    assert walked.missing == []


CALLER = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:t">
<bpmn:process id="caller" isExecutable="true"><bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
<bpmn:callActivity id="c" calledElement="inner"><bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing>
</bpmn:callActivity><bpmn:endEvent id="e"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="c"/><bpmn:sequenceFlow id="g" sourceRef="c" targetRef="e"/>
</bpmn:process></bpmn:definitions>"""
INNER = (
    CALLER.replace('"caller"', '"inner"')
    .replace(
        '<bpmn:callActivity id="c" calledElement="inner">',
        '<bpmn:scriptTask id="c"><bpmn:script>{ x: 1 }</bpmn:script>',
    )
    .replace("</bpmn:callActivity>", "</bpmn:scriptTask>")
)
ROWS = "process,scenario,start,steps,path,sends,due,end\ncaller,whole,{},,s c e,,,e\n"


def _beside(tmp_path: Path, **bundles: str) -> Path:
    for name, diagram in bundles.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.bpmn").write_text(diagram, encoding="utf-8")
    (tmp_path / "caller" / "scenarios.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "caller"


def test_what_is_called_is_found_in_the_folders_beside(tmp_path: Path) -> None:
    [walked] = scenarios.coverage(_beside(tmp_path, caller=CALLER, inner=INNER))
    assert (walked.missing, walked.rows) == ([], {"whole": []})


def test_what_is_called_and_nowhere_is_told_with_the_way_out(tmp_path: Path) -> None:
    [walked] = scenarios.coverage(_beside(tmp_path, caller=CALLER))
    [[sentence]] = walked.rows.values()
    assert "inner" in sentence and "put the folder" in sentence and "放在 caller 旁边" in sentence
