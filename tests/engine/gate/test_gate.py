"""The gate as a whole: it reports, never raises, is quick, agrees with the engine, passes the house's processes."""

import copy
import json
import random
import statistics
import time
from pathlib import Path

import pytest
from lxml import etree

import engine.connectors  # noqa: F401  these two register what the shipped processes call
import engine.hotline  # noqa: F401
from engine import bpmn, carried, errors, feel, gate, registry
from engine.gate import bundle as bundles
from engine.gate import explain
from engine.gate import rules as gate_rules
from engine.gate.elements import BANJIE
from engine.gate.severities import SEVERITIES

from .draw import FORM_FILE, HEAD, NAMES, end, flow, gateway, judge, line, one, script, start, through, user
from .test_rules import CASES

HOUSE = Path(__file__).parents[3]
SUITES = HOUSE.parent / "shared" / "suites"
GOOD = through(user())


def test_a_report_says_in_both_languages_what_is_wrong_and_how_to_mend_it():
    report = judge(through(user("a", name="受理", banjie__role="")))
    assert not report.ok and len(report.errors) == 1 and report.warnings == []
    assert report.findings[0] == gate.Finding(
        rule="task-role",
        severity="error",
        file="test.bpmn",
        element="a",
        zh="用户任务“受理”（a）没有填写“角色”",
        en="User task “受理” (a) leaves “Role” empty",
        mend_zh="在属性面板里填写“角色”",
        mend_en="fill in “Role” in the properties panel",
    )
    assert report.text("zh").splitlines() == [
        "test.bpmn",
        "  错误 用户任务“受理”（a）没有填写“角色”  [task-role]",
        "       → 在属性面板里填写“角色”",
        "不能部署：1 个错误，0 个警告",
    ]
    assert "error   User task “受理” (a) leaves “Role” empty" in report.text("en")
    assert judge(GOOD).text("zh") == "可以部署：0 个错误，0 个警告"


def test_errors_come_before_warnings_and_warnings_do_not_refuse():
    warned = judge(through(user("a", name="")))
    assert warned.ok and [finding.rule for finding in warned.warnings] == ["name-missing"]
    both = judge(through(user("a", name="", banjie__role="")))
    assert [finding.severity for finding in both.findings] == ["error", "warning"]


def test_a_name_in_a_sentence_is_short_and_shows_nothing_invisible():
    report = judge(through(user("a", name="办\u202e理" * 60)))
    assert "\u202e" not in report.text("zh") and "�" in report.text("zh")
    assert all(len(finding.zh) < 200 for finding in report.findings)


def test_names_may_be_a_registry_or_a_plain_set():
    timed = through(user("a", banjie__due="deadline(1, 2)"))
    assert judge(timed, functions={"deadline"}).ok
    assert judge(timed, functions={"deadline": lambda code, start: None}).ok
    assert not judge(timed, functions=set()).ok


def test_forms_known_elsewhere_may_be_used():
    bundle = {"test.bpmn": through(user("a", banjie__form="shared/note"))}
    assert not judge(bundle).ok
    assert judge(bundle, forms={"shared/note": json.loads(FORM_FILE)}).ok


def test_the_engine_has_the_last_word(monkeypatch):
    finding = errors.Finding("engine", "error", "test.bpmn", "a", "引擎不接受", "the engine says no")

    def refuses(files, **names):
        raise errors.DiagramRefused([finding])

    monkeypatch.setattr(bpmn, "load", refuses)
    assert judge(GOOD).findings == [finding]

    def breaks(files, **names):
        raise KeyError("inside")

    monkeypatch.setattr(bpmn, "load", breaks)
    assert [f.rule for f in judge(GOOD).findings] == ["engine-refuses"]


def test_a_rule_that_breaks_refuses_the_bundle_instead_of_raising(monkeypatch):
    def breaks(bundle):
        raise RuntimeError("a mistake of ours")
        yield

    monkeypatch.setattr(gate_rules.limits, "check", breaks)
    assert [f.rule for f in judge(GOOD).findings] == ["gate-fault"]
    monkeypatch.setattr(bundles, "read", lambda *names: 1 / 0)
    assert [f.rule for f in judge(GOOD).findings] == ["gate-fault"]


def test_endless_findings_are_cut():
    report = judge(through(user(), *(f'<task id="bad id {n}"/>' for n in range(1000))))
    assert len(report.findings) == gate.MAX_FINDINGS + 1
    assert "findings-many" in {finding.rule for finding in report.findings}


def test_an_unbuilt_form_check_is_told_and_does_not_refuse(monkeypatch):
    def missing(raw):
        raise errors.Unavailable("not built", zh="尚未构建")

    monkeypatch.setattr(gate_rules.forms.form_files, "load", missing)
    report = judge(GOOD)
    assert report.ok and [finding.rule for finding in report.warnings] == ["form-unchecked"]


def test_a_usual_diagram_takes_less_than_a_tenth_of_a_second():
    steps = [f"t{n}" for n in range(40)]
    bundle = one(start(), *(user(step, banjie__due='deadline("C08", accepted_at)') for step in steps), end(),
                 line("s", *steps, "e"))  # fmt: skip
    judge(bundle)
    times = []
    for _ in range(5):
        begin = time.process_time()
        assert judge(bundle).ok
        times.append(time.process_time() - begin)
    assert statistics.median(times) < 0.1


def test_a_large_diagram_costs_no_stack_and_no_more_than_a_second():
    steps = [f"t{n}" for n in range(1200)]
    parts = [script(step) if n % 2 else gateway("exclusive", step) for n, step in enumerate(steps)]
    begin = time.process_time()
    report = judge(one(start(), *parts, end(), line("s", *steps, "e")))
    assert report.ok, report.text("en")
    assert time.process_time() - begin < 3


def test_the_page_about_the_gate_is_current():
    page = (HOUSE / "docs" / "gate.md").read_text("utf-8")
    assert page == explain.page(), "write it again: python -m engine.gate.explain > docs/gate.md"


def test_every_rule_explains_itself():
    for rule in (*gate_rules.RULES, gate_rules.LAST):
        explanation = rule.__doc__ or ""
        assert all(word in explanation for word in ("What.", "Why.", "Mend.")), rule.__name__
        assert any("\u4e00" <= character <= "\u9fff" for character in explanation), rule.__name__


# -- the house's own processes ---------------------------------------------------------------------------------------
SHIPPED = sorted(folder for folder in (HOUSE / "processes").glob("*") if list(folder.glob("*.bpmn")))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_shipped_processes_pass_without_a_finding(folder):
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bpmn", ".dmn")}
    for path in (HOUSE / "forms" / folder.name).rglob("*.json"):
        files[path.relative_to(HOUSE).as_posix()] = path.read_bytes()
    others = (path.read_bytes() for other in SHIPPED if other != folder for path in sorted(other.glob("*.bpmn")))
    messages = carried.joined(carried.declared(house_form), carried.drawn(others))
    report = gate.check(
        files,
        functions=registry.FUNCTIONS,
        connectors=registry.CONNECTORS,
        roles=registry.ROLES,
        messages=messages,
    )
    assert report.findings == [], report.text("zh")


def house_form(name):
    return json.loads((HOUSE / "forms" / f"{name}.json").read_bytes())


# -- hostile files ---------------------------------------------------------------------------------------------------
EVIL = sorted((SUITES / "evil").glob("*.bpmn"))
ACCEPTED = {"chain_200_tasks", "chain_1000_tasks", "utf16", "pi_stylesheet"}  # only what is not hostile in them is told
evil_files = pytest.mark.skipif(not EVIL, reason="the suite of hostile files is not beside the checkout")


def repaired(data: bytes) -> bytes:
    """The hostile part alone: the file's user tasks get the form and role that ours must have."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data
    ours = f'<bpmn:userTask xmlns:banjie="{BANJIE[1:-1]}" banjie:form="note" banjie:role="handler" '
    return text.replace("<bpmn:userTask ", ours).encode(encoding)


@evil_files
@pytest.mark.parametrize("file", EVIL, ids=lambda file: file.stem)
def test_hostile_files_are_refused_and_harmless_ones_are_not(file):
    begin = time.process_time()
    report = judge({"test.bpmn": repaired(file.read_bytes()), "forms/note.json": FORM_FILE})
    assert time.process_time() - begin < 5
    assert not {"gate-fault", "engine-refuses"} & {finding.rule for finding in report.findings}, report.text("en")
    assert report.ok == (file.stem in ACCEPTED), report.text("en")


@evil_files
def test_mutants_of_hostile_and_good_files_never_break_the_gate():
    dice = random.Random(20240610)
    seeds = [file.read_bytes() for file in EVIL if file.stat().st_size < 5_000]
    seeds += [GOOD, one(start(), gateway("exclusive", "g", default="g_e"), user(), end(), flow("s", "g"),
                        flow("g", "a", "x > 1"), flow("g", "e"), flow("a", "e"))]  # fmt: skip
    for _ in range(400):
        report = judge(mutant(dice, dice.choice(seeds)))
        assert not {"gate-fault", "engine-refuses"} & {f.rule for f in report.findings}, report.text("en")


def mutant(dice: random.Random, data: bytes) -> bytes:
    """A file with a few bytes lost, doubled, swapped or exchanged for markup."""
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(data) + 1), dice.randint(1, 30)
        piece = data[at : at + length]
        other = dice.choice([b"", piece * 2, piece[::-1], b"<", b'"', b"&amp;", b"\xff", b"\0", b"subProcess", b"true"])
        data = data[:at] + other + data[at + length :]
    return data


def test_what_the_engine_refuses_the_gate_has_said_in_its_own_words():
    """Structural mutants of good diagrams: the last rule, the engine, must find nothing the others did not."""
    dice = random.Random(11)
    seeds = [bundle for cases in CASES.values() for bundle in cases.GOOD if isinstance(bundle, bytes)]
    own = {code for codes in SEVERITIES.values() for code in codes} - {"gate-fault", "engine-refuses"}
    passed = 0
    for _ in range(400):
        report = judge(transplanted(dice, dice.choice(seeds)))
        passed += report.ok
        assert {finding.rule for finding in report.errors} <= own, report.text("en")
    assert 20 < passed < 380


def transplanted(dice: random.Random, data: bytes) -> bytes:
    """A diagram with an element removed, copied elsewhere or renamed, or an attribute lost or exchanged."""
    root = etree.fromstring(data)
    elements = [element for element in root.iter() if isinstance(element.tag, str)][1:]
    if not elements:
        return data
    victim, other = dice.choice(elements), dice.choice(elements)
    what = dice.randrange(6)
    if what == 0:
        victim.getparent().remove(victim)
    elif what == 1:
        other.append(copy.deepcopy(victim))
    elif what == 2:
        victim.tag = other.tag
    elif what == 3:
        victim.text = dice.choice(["", "x", "1 +", "PT1S", "-5", "true"])
    elif victim.attrib:
        name = dice.choice(list(victim.attrib))
        victim.set(name, dice.choice(["", "x", "true", "0", other.get("id", "q")]))
        if what == 4:
            del victim.attrib[name]
    return etree.tostring(root)


def test_hostile_names_in_every_attribute_never_break_the_gate():
    for value in (
        "",
        "../../x",
        "'; DROP TABLE x;--",
        "x" * 5000,
        "\u202e",
        "{it}",
        "%s",
        "{0.__class__}",
        "&lt;script&gt;",
    ):
        for attribute in ("id", "name", "default", "banjie:form", "banjie:role", "banjie:due", "startQuantity"):
            diagram = (
                f'{HEAD}><process id="p" isExecutable="true"><userTask {attribute}="{value}"/></process></definitions>'
            )
            report = gate.check({"x.bpmn": diagram.encode()}, **NAMES)
            assert "gate-fault" not in {finding.rule for finding in report.findings}, report.text("en")


# -- sentences about tables ------------------------------------------------------------------------------------------
def said(bundle, code: str) -> list[str]:
    return [f.en + " / " + f.mend_en for f in judge(bundle).findings if f.rule == code]


def test_every_bad_cell_of_a_table_is_named_with_its_rule_column_and_mend():
    table = CASES["decisions_names"].unit("药械化 -> LG", '药械 -> "LG"', '"药械化" -> "YJ"', '- -> "YJ"')
    assert said(table, "table-name") == [
        "The decision “D”: “药械化” in rule 1, column “domain” is no known name"
        " / texts stand in double quotes: write \"药械化\"",
        "The decision “D”: “药械” in rule 2, column “domain” is no known name / did you mean the text \"药械化\"?",
        "The decision “D”: “LG” in rule 1, column “o” is no known name"
        " / texts stand in double quotes: write \"LG\"",
    ]  # fmt: skip
    broken = said(CASES["decisions_names"].unit('"a -> "LG"', '- -> "LG"', '> > -> "LG"'), "decision-broken")
    assert ["rule 1" in broken[0], "rule 3" in broken[1], len(broken)] == [True, True, 2]


def test_overlaps_of_one_rule_are_told_as_one_and_an_impossible_cell_names_the_values_there_are():
    rules = [f'{n} ; "投诉" -> 1' for n in range(25)]
    many = said(CASES["decisions_tables"].bundle("UNIQUE", '- ; "投诉" -> 2', *rules), "table-overlap")
    assert len(many) == 1 and "rule 1 matches at once with at least 20 others (2, 3," in many[0]
    never = said(CASES["decisions_tables"].bundle("UNIQUE", '5 ; "投拆" -> 4'), "table-impossible")
    assert '"投诉", "举报"' in never[0] and 'did you mean "投诉"?' in never[0]


def test_an_unreachable_rule_names_those_that_take_its_cases():
    found = said(
        CASES["decisions_tables"].bundle("FIRST", "< 3 ; - -> 1", ">= 3 ; - -> 2", "5 ; - -> 4"), "table-unreachable"
    )
    assert "rule 2" in found[0] and "rule 1" not in found[0]


def test_the_mend_of_a_field_compared_with_a_time_can_be_deployed_and_compares():
    asked, sample = CASES["meaning"].asked, {"called_at": "2026-02-28T09:30+08:00", "bought_on": "2026-02-28"}
    for condition in ("called_at < today()", "called_at < now()", "bought_on < today()"):
        field, _, other = condition.partition(" < ")
        finding = next(f for f in judge(asked(condition)).findings if f.rule == "kinds-doubtful")
        mended = f"{finding.mend_en.removeprefix('write ')} < {other}"
        assert not judge(asked(mended)).errors and "kinds-doubtful" not in {
            f.rule for f in judge(asked(mended)).findings
        }
        assert feel.compile(mended)(sample) is True


@pytest.mark.parametrize("values", [{"label": "是"}, "是", [1], [{"value": []}], [{}], 7])
@pytest.mark.parametrize("kind", ["radio", "checklist"])
def test_broken_choices_of_a_form_break_no_rule(kind, values):
    form = {**json.loads(FORM_FILE), "components": [{"type": kind, "key": "x", "label": "x", "values": values}]}
    report = judge({"test.bpmn": GOOD, "forms/note.json": json.dumps(form).encode()})
    assert "form-broken" in {finding.rule for finding in report.errors}
    assert "gate-fault" not in {finding.rule for finding in report.errors}, report.text("en")


def test_the_clocks_and_days_the_house_registers_are_asked_of_its_functions():
    from engine.hotline import functions  # noqa: F401, PLC0415  registers them
    from engine.registry import FUNCTIONS as registered  # noqa: PLC0415

    def told(due: str) -> list[str]:
        report = judge(through(user("a", banjie__due=due)), functions=registered)
        return [f.en for f in report.findings if f.rule == "argument-wrong"]

    assert told('deadline("C08", received_at)') == told('working_days("2026-01-31", 5)') == []
    assert "only" in told('deadline("C99", received_at)')[0] and '"C04M"' in told('deadline("C99", received_at)')[0]
    assert "working_days(start, n)" in told('working_days(5, "2026-01-31")')[0]
