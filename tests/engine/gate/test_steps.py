"""What belongs to a step is told at that step, once; what another product hands over, with what hinders it."""

import pytest

from engine import feel
from engine.gate import fixes
from engine.gate.rules import extensions

from .cases.decisions_tables import bundle as table_of
from .draw import (
    MESSAGE,
    catch,
    diagram,
    end,
    extended,
    flow,
    gateway,
    judge,
    line,
    node,
    one,
    process,
    script,
    start,
    through,
    throw,
    user,
)

TYPES = '<itemDefinition id="T" structureRef="string"/><itemDefinition id="N" structureRef="int"/>'
OBJECTS = "".join(
    f'<dataObject id="o{n}" itemSubjectRef="N" name="材料{n}"/><dataObjectReference id="r{n}" dataObjectRef="o{n}"/>'
    for n in (1, 2)
)
SPEC = (
    '<ioSpecification><dataInput id="i" itemSubjectRef="T"/><dataInput id="j" itemSubjectRef="T"/>'
    "<inputSet><dataInputRefs>i</dataInputRefs><dataInputRefs>j</dataInputRefs></inputSet><outputSet/></ioSpecification>"
)


def taking(*inside: str) -> bytes:
    task = user("a", SPEC, *inside)
    return diagram(TYPES, process(OBJECTS, start(), task, end(), line("s", "a", "e")))


def into(source: str, target: str, *inside: str) -> str:
    ends = f"<sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>"
    return node("dataInputAssociation", f"da_{target}", ends, *inside)


def only(bundle, code: str):
    (finding,) = [one for one in judge(bundle).findings if one.rule == code]
    return finding


def test_all_data_lines_of_a_task_are_told_at_once():
    finding = only(taking(into("r1", "i"), into("r2", "j")), "data-type")
    assert finding.element == "a" and "“材料1”、“材料2”" in finding.zh and "“材料1”, “材料2”" in finding.en


def test_transformations_are_told_once_at_their_task():
    made = "<transformation>a.b</transformation>"
    finding = only(taking(into("r1", "i", made), into("r2", "j", made)), "element-refused")
    assert finding.element == "a" and "用户任务“办理”（a）" in finding.zh and "数据变换" in finding.zh


def test_a_data_line_that_has_lost_an_end_is_told_at_its_task():
    finding = only(taking(into("gone", "i"), into("r2", "gone too")), "target-unknown")
    assert finding.element == "a" and "虚线" in finding.mend_zh


def test_people_of_the_standard_are_silent_once_ours_are_said():
    told = through(user("a", node("potentialOwner", "po"), node("performer", "pf"), banjie__role=""))
    assert "候选人、执行者" in only(told, "element-ignored").zh
    said = judge(through(user("a", node("potentialOwner", "po"))))
    assert "element-ignored" not in {one.rule for one in said.findings}
    alone = judge(through(node("serviceTask", "a", node("performer", "pf"), banjie__connector="notify")))
    assert "element-ignored" not in {one.rule for one in alone.findings}  # nobody does it by hand


def test_an_import_names_its_file():
    table = '<import importType="http://www.omg.org/spec/DMN/20151101/dmn.xsd" location="x/risk.dmn" namespace="n"/>'
    finding = only(diagram(table, process(start(), user(), end(), line("s", "a", "e"))), "element-refused")
    assert "risk.dmn" in finding.zh and "上传" in finding.mend_zh and "第" not in finding.zh


def test_one_finding_about_a_step_that_wants_several_branches():
    drawn = diagram(process(start(), user("a", startQuantity="2"), end(), line("s", "a", "e")))
    rules = [one.rule for one in judge(drawn).findings if one.rule in ("deadlock", "runs-many")]
    assert rules == ["deadlock"]


# -- mappings of other products ---------------------------------------------------------------------------------------
def mapped(*entries: str, tag: str = "sendTask") -> bytes:
    inside = extended(f"<zeebe:ioMapping>{''.join(entries)}</zeebe:ioMapping>")
    return through(node(tag, "a", inside, banjie__connector="notify"))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('<zeebe:input source="=a.b" target="from.email"/>', "“from.email”不能作变量名，可写 from_email"),
        ('<zeebe:input source="=a == 1" target="x"/>', "“x”的值“=a == 1”不是 FEEL（相等请写一个等号 =）"),
        ('<zeebe:input source="" target="x"/>', "“x”没有值"),
    ],
)
def test_a_mapping_that_stays_behind_says_which_entry_and_why(entry, why):
    finding = only(mapped('<zeebe:input source="=a" target="ok"/>', entry), "foreign-ignored")
    assert why in finding.zh and "“传出的数据”" in finding.mend_zh and "“ok”" not in finding.zh
    assert ":ioMapping 只作说明" in finding.zh  # by which a fix finds its finding


def test_a_mapping_that_can_be_taken_over_leads_to_the_fix():
    assert "一键修正" in only(mapped('<zeebe:input source="=a" target="ok"/>'), "foreign-ignored").mend_zh


def test_a_step_without_mappings_is_told_to_use_a_script():
    inside = extended('<zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>')
    assert "脚本任务" in only(through(user("a", inside)), "foreign-ignored").mend_zh


def test_what_another_product_did_is_told_once():
    task = node("sendTask", "a", extended('<zeebe:taskDefinition type="mail"/>'), camunda__type="external",
                camunda__topic="mail")  # fmt: skip
    report = judge(through(task))
    assert [one.rule for one in report.errors] == ["foreign-needed"]
    assert "camunda:type、camunda:topic、zeebe:taskDefinition" in report.errors[0].zh
    assert extensions.ATTRIBUTES["connector"] and feel.is_simple("ok")


# -- what messages bring ----------------------------------------------------------------------------------------------
def exchange(*sent: str, condition: str = "amount > 1 and other > 2") -> bytes:
    """A process that sends, and one that a message starts and that asks for `amount` and `other`."""
    inputs = "".join(f'<banjie:input name="{name}" value="1"/>' for name in sent)
    sends = process(start("s1"), throw("t", extended(inputs), MESSAGE), end("e1"), line("s1", "t", "e1"), id="q")
    asks = process(start("s", MESSAGE), node("exclusiveGateway", "g", default="g_e"), user(), end(), line("s", "g"),
                   flow("g", "a", condition), flow("g", "e"), line("a", "e"))  # fmt: skip
    return diagram(sends, asks) if sent else diagram(asks)


def test_what_the_sender_of_a_message_must_give_is_told_once_for_the_process():
    finding = only(exchange(), "names-from-message")
    assert finding.element == "p" and "amount、other" in finding.zh and "“回复”" in finding.zh
    assert finding.severity == "warning"


def test_what_a_process_of_the_bundle_sends_is_known():
    finding = only(exchange("amount"), "name-unset")
    assert "“other”" in finding.zh and "消息里也没有" in finding.zh
    assert not [one for one in judge(exchange("amount", "other")).findings if one.rule.startswith("name")]


def test_a_wait_is_drawn():
    assert judge(through(catch("c", MESSAGE, banjie__correlation='"1"'), via=("c",))).ok


def test_a_text_with_a_minus_is_told_once():
    for said in ('{ x: - "text" }', '{ x: 1 - "text" }', '{ x: n - "text" }'):
        judged = judge(through(script("a", said), via=("a",)))
        told = [one.rule for one in judged.findings if one.rule.startswith("expression")]
        assert len(told) == 1, judged.text("en")


def test_a_correlation_value_is_wanted_before_its_message():
    finding = only(through(catch("a", MESSAGE, banjie__correlation="order_no")), "names-from-message")
    assert "消息带不来" in finding.zh and finding.mend_zh.startswith("启动时给出")


def test_elements_are_told_by_their_names_and_kinds():
    stuck = one(start(), user("a", name="调查"), gateway("exclusive", "g", name=""), end(), line("s", "a", "g", "a"))
    finding = only(stuck, "no-way-out")
    assert "“调查”" in finding.zh + finding.en and "排他网关（g）" in finding.zh and "、" in finding.zh


def test_a_table_without_rules_is_told_to_be_filled_in():
    finding = only(table_of("UNIQUE", "- ; - -> 1"), "table-unused")
    assert "没有填写任何条件" in finding.zh and "逐行填写" in finding.mend_zh


def test_a_process_without_a_name_is_called_by_its_pool():
    pool = '<collaboration id="c"><participant id="x" name="受理" processRef="p"/></collaboration>'
    finding = only(diagram(pool, process(start(), end(), line("s", "e"), processType="Public")), "public-executable")
    assert "流程“受理”（p）" in finding.zh and "“受理”" in finding.en


def test_what_concerns_the_file_as_a_whole_names_no_element():
    finding = only(diagram('<import importType="http://www.w3.org/2001/XMLSchema" location="o.xsd" namespace="n"/>',
                           process(start(), end(), line("s", "e"))), "element-refused")  # fmt: skip
    assert finding.element is None and finding.file == "test.bpmn"


def test_an_e_mail_is_for_people_to_send():
    worker = extended('<zeebe:taskDefinition type="emailService"/>')
    finding = only(through(node("sendTask", "a", worker)), "foreign-needed")
    assert "由人寄出" in finding.mend_zh and "消息" not in finding.mend_zh


def test_an_empty_condition_at_a_start_is_not_told_to_be_filled_in():
    finding = only(
        one(start("s", "<conditionalEventDefinition/>"), user(), end(), line("s", "a", "e")), "trigger-condition"
    )
    assert "写了也不会成立" in finding.zh and "空开始事件" in finding.mend_zh and "填写" not in finding.mend_zh


@pytest.mark.parametrize(
    ("condition", "code", "mend"),
    [
        ("金额大于500", "name-unknown", "写成比较：金额 > 500"),
        ("级别等于高", "name-unknown", '写成比较：级别 = "高"'),
        ("金额不超过 500", "expression-broken", "写成 金额 <= 500"),
        ("是", "expression-foreign", '写成比较：属实 = "是"'),
    ],
)
def test_a_condition_in_plain_words_is_told_as_a_comparison(condition, code, mend):
    split = gateway("exclusive", "g", name="属实？", default="g_e")
    ways = line("s", "a", "g") + flow("g", "b", condition) + flow("g", "e")
    assert only(one(start(), user(), split, end(), end("b"), ways), code).mend_zh == mend


def test_a_name_that_is_compared_with_a_text_is_not_told_to_be_one():
    ways = line("s", "a", "g") + flow("g", "b", '答复 = "是"') + flow("g", "e")
    finding = only(one(start(), user(), gateway("exclusive", "g", default="g_e"), end(), end("b"), ways), "name-unset")
    assert "文本" not in finding.mend_zh


def test_a_call_of_what_an_imported_file_holds_asks_for_that_file():
    spec = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    imported = f'<import namespace="n" location="Request document.bpmn" importType="{spec}"/>'
    call = node("process", "p", start(), node("callActivity", "a", calledElement="other"), end(), line("s", "a", "e"))
    finding = only(diagram(imported, call), "call-unknown")
    assert "上传流程图引入的 Request document.bpmn" in finding.mend_zh
    files = {"x.bpmn": diagram(imported, call)}
    [offer] = [one for one in fixes.offers(files) if one.kind == "imported"]
    assert offer.choice and "Request document.bpmn 另行上传" in offer.zh
    there = {**files, "Request document.bpmn": diagram(process(start("s2"), end("e2"), line("s2", "e2"), id="other"))}
    assert [one.choice for one in fixes.offers(there) if one.kind == "imported"] == [""]
