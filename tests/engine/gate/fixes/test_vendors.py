"""Diagrams as other tools write them: what the gate says before and after all fixes, and what a fix leaves alone."""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest

from engine import gate, xml
from engine.gate import fixes
from engine.gate.fixes import FIXES
from engine.gate.severities import ERROR, SEVERITIES
from tests.engine.gate.draw import FORM_FILE
from tests.engine.gate.fixes.drawing import NAMES

HERE = Path(__file__).parent / "vendors"
PROCESSES = Path(__file__).parents[4] / "processes"
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
  <decision id="routing" name="routing"><variable name="routing"/>
    <literalExpression><text>1 + 1</text></literalExpression></decision></definitions>"""
TOOLS = ("camunda7", "camunda8", "flowable", "spiffworkflow", "bpmnio", "signavio")


def _bundle(name: str) -> dict[str, bytes]:
    files = {f"{name}.bpmn": (HERE / f"{name}.bpmn").read_bytes()}
    if name in ("camunda7", "camunda8", "flowable", "spiffworkflow"):
        files["forms/decide.json"] = FORM_FILE
    if name in ("camunda7", "camunda8", "spiffworkflow"):
        files["routing.dmn"] = DMN
    return files


def _findings(files: dict[str, bytes]) -> list[gate.Finding]:
    names = {"roles": NAMES["roles"], "connectors": NAMES["connectors"]}
    return gate.check(files, functions={}, **names).findings


def _errors(files: dict[str, bytes]) -> list[str]:
    return [f"{one.rule} {one.element}: {one.en}" for one in _findings(files) if one.severity == ERROR]


def _all(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files after all fixes, in as many rounds as a person would need."""
    chosen: list[str] = []
    current = files
    while offers := fixes.offers(current, **NAMES):
        chosen += [offer.id for offer in offers]
        assert len(chosen) < 200
        applied = fixes.apply(files, chosen, **NAMES)
        assert not applied.lost
        current = applied.files
    return current


@pytest.mark.parametrize("name", TOOLS)
def test_a_diagram_of_each_tool_can_be_deployed_after_all_fixes(name):
    files = _bundle(name)
    assert _errors(files)
    assert _errors(_all(files)) == []


@pytest.mark.parametrize("name", TOOLS)
def test_a_fix_answers_a_finding_at_its_element(name):
    files = _bundle(name)
    findings = {(one.rule, one.element) for one in _findings(files)}
    rules = {code for codes in SEVERITIES.values() for code in codes}
    for offer in fixes.offers(files, **NAMES):
        assert offer.rule is None or offer.rule in rules
        if offer.rule:
            assert (offer.rule, offer.element) in findings, offer


@pytest.mark.parametrize("name", TOOLS)
def test_only_the_lines_of_the_elements_change(name):
    """Comments, drawings, the vendor's own words and the order of everything stay."""
    old = (HERE / f"{name}.bpmn").read_text("utf-8").splitlines()
    new = _all(_bundle(name))[f"{name}.bpmn"].decode().splitlines()
    gone = [line[2:] for line in difflib.ndiff(old, new) if line.startswith("- ")]
    come = [line[2:] for line in difflib.ndiff(old, new) if line.startswith("+ ")]
    assert len(gone) <= len(fixes.offers(_bundle(name), **NAMES)) + 2
    vendor = [
        word for line in gone for word in line.split() if word.partition(":")[0] in ("camunda", "zeebe", "flowable")
    ]
    assert not [word for word in vendor if not any(word.partition(">")[0].rstrip("/") in line for line in come)]
    assert "\n".join(new).count("urn:banjie:bpmn:1") == ("banjie:" in "\n".join(new))


@pytest.mark.parametrize("name", TOOLS)
def test_undo_is_making_the_others_in_any_order(name):
    files, shuffle = _bundle(name), random.Random(name)
    ids = [offer.id for offer in fixes.offers(files, **NAMES)]
    full = fixes.apply(files, ids, **NAMES).files
    for _ in range(5):
        some = shuffle.sample(ids, len(ids) // 2)
        applied = fixes.apply(files, some, **NAMES)
        assert {offer.id for offer in applied.done} == set(some) and not applied.lost
        assert fixes.apply(files, list(reversed(some)), **NAMES).files == applied.files
        rest = [ident for ident in ids if ident not in some]
        assert {offer.id for offer in fixes.offers(applied.files, **NAMES)} >= set(rest)
        both = fixes.apply(applied.files, rest, **NAMES).files
        assert {file: _same(data) for file, data in both.items()} == {file: _same(data) for file, data in full.items()}


def _same(data: bytes) -> object:
    """A file without what depends on which fix came first: the order of attributes and of new children."""
    if not data.startswith(b"<") or b"<bpmn" not in data[:2000] and b"definitions" not in data[:2000]:
        return data

    def tree(element) -> tuple:
        inner = sorted(map(repr, map(tree, element)))
        return str(element.tag), sorted(element.attrib.items()), (element.text or "").strip(), inner

    return tree(xml.parse(data))


def _real() -> list[Path]:
    return sorted(PROCESSES.rglob("*.bpmn"))


@pytest.mark.parametrize("path", [*_real(), *sorted(HERE.glob("*.bpmn"))], ids=lambda path: path.stem)
def test_no_choice_of_fixes_breaks_a_file_or_makes_it_worse(path):
    files = {path.name: path.read_bytes()}
    offers = [offer for offer in fixes.offers(files, **NAMES) if not offer.choice]
    before = _errors(files)
    shuffle = random.Random(path.name)
    for _ in range(6 if offers else 1):
        some = [offer.id for offer in offers if shuffle.random() < 0.5 and offer.kind != "executable"]
        applied = fixes.apply(files, some, **NAMES)
        assert {offer.id for offer in applied.done} == set(some)
        xml.parse(applied.files[path.name])
        assert len(_errors(applied.files)) <= len(before)


def test_nothing_is_ever_raised():
    bad = {
        "a.bpmn": b"",
        "b.bpmn": b"<a>",
        "c.bpmn": b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process><userTask/></process></definitions>",
        "d.bpmn": b"\xff\xfe\x00",
        "e.bin": b"\x00",
        "f.form": b"[" * 5000,
    }
    offers = fixes.offers(bad, **NAMES)
    assert {offer.file for offer in offers} == {"c.bpmn"}
    applied = fixes.apply(bad, ["ids:nowhere:x", *(one.id for one in offers if not one.choice)], **NAMES)
    assert applied.lost == ["ids:nowhere:x"] and applied.files.keys() == bad.keys()
    assert all(applied.files[name] == data for name, data in bad.items() if name != "c.bpmn")


def test_kinds_are_distinct_and_named_in_the_ids():
    assert len({fix.KIND for fix in FIXES}) == len(FIXES)
    for name in TOOLS:
        offers = fixes.offers(_bundle(name), **NAMES)
        assert len({offer.id for offer in offers}) == len(offers)
        assert all(offer.id.startswith(f"{offer.kind}:{offer.file}:") for offer in offers)
        assert all(offer.zh and offer.en and "{" not in offer.zh.replace(offer.after, "") for offer in offers)
