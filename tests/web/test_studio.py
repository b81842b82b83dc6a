from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from engine import drafts
from engine.errors import DiagramRefused, Finding
from tests.engine.gate.fixes.drawing import diagram
from tests.engine.gate.fixes.test_data_drawn import OTHER, TASK, TYPES
from tests.engine.test_drafts import assigned, careless

BUNDLE = Path(__file__).with_name("bundle")
CASE = (BUNDLE / "case.bpmn").read_bytes()
LOOK = (BUNDLE / "forms/case/look.json").read_bytes()
HTML = b"<html><body>not a diagram</body></html>"


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def up(**files: bytes) -> list[tuple[io.BytesIO, str]]:
    """Files to upload; `__` in a name stands for a dot."""
    return [(io.BytesIO(content), name.replace("__", ".")) for name, content in files.items()]


@pytest.fixture
def analyst(person):
    return person("analyst")


@pytest.fixture
def opened(analyst):
    """The address of a draft that an analyst has opened."""

    def create(name: str = "", **files: bytes) -> str:
        answer = analyst.post("/studio", files=up(**files), name=name)
        assert answer.status_code == 303, answer.text
        return answer.location

    return create


def lines(person, address: str) -> list[str]:
    """What stands under 修订记录, newest first."""
    page = person.get(address).text
    return re.findall(r"第 \d+ 版</strong> · <span class=\"text-break\">([^<]+)</span>", page)


# -- opening -----------------------------------------------------------------------------------------------------------


def test_any_diagram_opens_with_its_findings_and_a_drawing(analyst, opened):
    address = opened(careless__bpmn=careless("a"))
    page = analyst.get(address).text
    assert "不能部署" in page and 'id="diagram"' in page and "可自动修正" in page
    drawn = etree.fromstring(analyst.get(f"{address}/drawing/careless.bpmn").data)
    assert len(drawn.findall(".//{*}BPMNShape")) == 4
    marks = re.search(r'id="diagram-overlay">(.+?)</script>', page)
    assert marks and '"severity"' in marks[1]


def test_a_drawing_is_never_kept_by_a_browser(analyst, opened):
    answer = analyst.get(f"{opened(careless__bpmn=careless('a'))}/drawing/careless.bpmn")
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_name_is_taken_from_the_process_when_none_is_given(analyst, opened):
    assert "办件 <small" in analyst.get(opened(case__bpmn=CASE)).text
    assert "我的草稿 <small" in analyst.get(opened("我的草稿", case__bpmn=CASE)).text


@pytest.mark.parametrize("name", ["case.bpmn20.xml", "case.xml", "case.BPMN2"])
def test_the_suffixes_of_other_tools_are_known(analyst, opened, name: str):
    address = opened(**{name: CASE})
    assert f"{address}/files/case.bpmn" in analyst.get(address).text


def test_a_bundle_comes_packed_in_a_folder(analyst):
    files = {"case/case.bpmn": CASE, "case/forms/case/look.json": LOOK, "__MACOSX/case/._case.bpmn": b"junk"}
    page = analyst.post("/studio", follow=True, files=up(case__zip=_packed(files)), name="").text
    assert "可以部署" in page and "files/forms/case/look.json" in page and "MACOSX" not in page


def test_names_packed_on_a_chinese_windows_are_read(analyst):
    packed = _packed({"AABBCC.bpmn": CASE}).replace(b"AABBCC", "办件表".encode("gb18030"))
    page = analyst.post("/studio", follow=True, files=up(case__zip=packed), name="").text
    assert ">办件表.bpmn</a>" in page


def test_a_process_with_an_endless_name_opens(analyst, opened):
    assert "长" * 200 in analyst.get(opened(case__bpmn=CASE.replace("办件".encode(), ("长" * 300).encode()))).text


def test_single_files_find_their_place(analyst, opened):
    page = analyst.get(opened(case__bpmn=CASE, look__json=LOOK)).text
    assert "files/forms/case/look.json" in page and "可以部署" in page


def test_a_file_of_another_kind_is_left_out_and_named(analyst):
    page = analyst.post("/studio", follow=True, files=up(case__bpmn=CASE, a__docx=b"x"), name="").text
    assert "a.docx 不是流程文件" in page and "files/a.docx" not in page


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a__bpmn": b"<a>\n<b></a>"}, "第 2 行第 8 列"),
        ({"a__bpmn": b""}, "文件是空的"),
        ({"a__bpmn": b"\x89PNG\r\n\x1a\n\xff\xfe"}, "UTF-8"),
        ({"a__bpmn": b"<!DOCTYPE x><x/>"}, "DOCTYPE"),
        ({"a__docx": b"x"}, "不是流程文件"),
        ({"look__json": LOOK}, "没有流程图"),
        ({"a__zip": b"no zip"}, "压缩包无法打开"),
        ({"a__zip": _packed({"case.bpmn": CASE})[:-200]}, "压缩包无法打开"),
        ({"a__zip": _packed({"case.bpmn": CASE}).replace(b"\x14\0\0\0\x08", b"\x14\0\x01\0\x08")}, "密码"),
        ({"a__zip": _packed({f"{n}.bpmn": b"<a/>" for n in range(201)})}, "压缩包过大"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(analyst, files, said: str):
    answer = analyst.post("/studio", files=up(**files), name="保留的名称")
    assert answer.status_code == 422
    assert said in answer.text and 'value="保留的名称"' in answer.text
    assert "还没有草稿" in analyst.get("/studio").text


def test_what_is_no_diagram_at_all_still_opens_with_a_sentence(analyst, opened):
    page = analyst.get(opened(x__bpmn=HTML))
    assert page.status_code == 200
    assert "不是 BPMN 流程图" in page.text and 'id="diagram"' not in page.text


STRANGE = {
    "empty": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "no ids": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process><startEvent/><task/>'
    b"<sequenceFlow/></process></definitions>",
    "same ids": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><task id="p"/>'
    b'<task id="p"/><sequenceFlow id="p" sourceRef="p" targetRef="p"/></process></definitions>',
    "dangling": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
    b'<boundaryEvent id="b" attachedToRef="none"/><sequenceFlow id="f" sourceRef="x" targetRef="y"/>'
    b"<subProcess id='s'><subProcess id='t'/></subProcess></process></definitions>",
    "instruction": b"<?xml-stylesheet href='http://x'?><definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>"
    b"<process id='&lt;script&gt;' name='&lt;script&gt;alert(1)&lt;/script&gt;'/></definitions>",
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'name="流"><process id="流程"/></definitions>'.encode("utf-16"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_diagrams_open_like_others(analyst, opened, kind: str):
    address = opened("x", x__bpmn=STRANGE[kind])
    page = analyst.get(address)
    assert page.status_code == 200 and "<script>alert" not in page.text
    drawn = analyst.get(f"{address}/drawing/x.bpmn")
    assert drawn.status_code == 200 and b"xml-stylesheet" not in drawn.data


def test_a_drawing_that_leaves_steps_out_says_so_and_can_be_replaced(analyst, opened):
    partial = re.sub(rb'<bpmndi:BPMNShape [^>]*bpmnElement="look".*?</bpmndi:BPMNShape>', b"", CASE, flags=re.DOTALL)
    assert partial != CASE
    address = opened(case__bpmn=partial)
    assert "漏画了 1 个步骤：核对" in analyst.get(address).text
    page = analyst.get(f"{address}?layout=new").text
    assert "自动布局，文件本身没有改动" in page and 'name="layout" value="new"' in page
    kept = analyst.post(f"{address}/rename", revision="1", name="x", file="case.bpmn", layout="new").location
    assert kept.endswith("?file=case.bpmn&layout=new")
    drawn = analyst.get(f"{address}/drawing/case.bpmn?layout=new").data
    assert b'bpmnElement="look"' in drawn
    assert b'bpmnElement="look"' not in analyst.get(f"{address}/drawing/case.bpmn").data
    assert analyst.get(f"{address}/files/case.bpmn").data == partial


def test_a_blank_draft_could_be_deployed(analyst):
    page = analyst.post("/studio", follow=True, name="新事项").text
    assert "新事项" in page and "可以部署" in page
    assert analyst.post("/studio", name=" ").status_code == 422


def test_a_deployed_version_becomes_a_draft(deployed, analyst):
    page = analyst.post("/studio", follow=True, definition="1", name="").text
    assert "办件 v1 <small" in page
    assert "可以部署" in page and "files/forms/case/look.json" in page
    assert analyst.post("/studio", definition="99", name="").status_code == 404


# -- mending -----------------------------------------------------------------------------------------------------------


def offered(page: str) -> list[str]:
    return re.findall(r'action="/studio/\d+/fix".*?name="id" value="([^"]+)"', page, re.DOTALL)


def test_fixes_are_applied_one_by_one_and_taken_back_alone(analyst, opened):
    address = opened(careless__bpmn=careless("a"))
    first, second = offered(analyst.get(address).text)[-2:]
    page = analyst.post(f"{address}/fix", follow=True, revision="1", id=first).text
    assert "已应用 1 项修正" in page and first not in offered(page) and second in offered(page)
    analyst.post(f"{address}/fix", revision="2", id=second)
    page = analyst.post(f"{address}/undo", follow=True, revision="3", id=first).text
    assert "已撤回该项修正" in page and first in offered(page) and second not in offered(page)
    assert lines(analyst, address) == ["撤回 1 项修正", "应用 1 项修正", "应用 1 项修正", "建立草稿"]


def test_all_fixes_are_applied_at_once_and_are_in_the_downloads(analyst, opened):
    address = opened(careless__bpmn=careless("a"))
    page = analyst.post(f"{address}/fix", follow=True, revision="1").text
    assert "项修正" in page and offered(page) == []
    assert b'isExecutable="true"' in analyst.get(f"{address}/files/careless.bpmn").data
    assert b'isExecutable="true"' in _unzip(analyst.get(f"{address}/bundle.zip").data)["careless.bpmn"]
    assert _unzip(analyst.get(f"{address}/bundle.zip?revision=1").data) == {"careless.bpmn": careless("a")}


def test_the_steps_of_a_process_that_is_not_marked_as_executable_are_looked_at_all_the_same(analyst, opened):
    unmarked = assigned().replace(b'isExecutable="true"', b'isExecutable="false"')
    address = opened(a__bpmn=unmarked.replace(b"</bpmn:process>", b'<bpmn:serviceTask id="w"/></bpmn:process>'))
    page = analyst.get(address).text
    assert "没有可执行的流程" in page and "没有填写“连接器”" in page
    page = analyst.post(f"{address}/fix", follow=True, revision="1").text
    assert re.search(r"已应用 \d+ 项修正，还有 \d+ 个错误", page) and "没有可执行的流程" not in page


def test_what_needs_a_choice_is_picked_from_a_list(analyst, opened):
    address = opened(a__bpmn=assigned().replace(b"</bpmn:process>", b'<bpmn:serviceTask id="w"/></bpmn:process>'))
    page = analyst.get(address).text
    options = re.findall(r'<option value="(by-hand:[^"]+)">([^<]+)</option>', page)
    assert len(options) > 5 and ("by-hand:a.bpmn:w:handler", "承办人") in options
    assert page.count("可选的修正") == 3, "one list for each thing that is lacking, by what would be done"
    assert set(re.findall('<optgroup label="([^"]+)"', page)) == {
        "由连接器办理", "改由人办理，角色", "选择角色", "新建表单"
    }  # fmt: skip
    chosen = next(ident for ident, _ in options if ident.endswith(":handler"))
    assert analyst.post(address + "/fix", revision=1, id=chosen).status_code == 303
    page = analyst.get(address).text
    assert "by-hand:a.bpmn:w:handler" in page and '<option value="by-hand:a.bpmn:w' not in page


def test_a_fix_of_several_findings_is_offered_at_the_first_and_the_others_lead_there(analyst, opened):
    address = opened(x__bpmn=diagram(TASK + OTHER, outside=TYPES)["x.bpmn"])
    page = analyst.get(address).text
    places = re.findall(r'<li id="finding-(\d+)"(.*?)</li>', page, re.DOTALL)
    [seat] = [number for number, text in places if 'value="data-drawn:' in text]
    others = [text for number, text in places if "用一键修正：数据只作说明" in text and number != seat]
    assert others and all(f'href="#finding-{seat}"' in text for text in others)


def test_a_finding_whose_fix_was_taken_back_leads_to_it(analyst, opened):
    address = opened(careless__bpmn=careless("a"))
    ident = next(one for one in offered(analyst.get(address).text) if one.startswith("default-flow"))
    analyst.post(address + "/fix", revision=1, id=ident)
    analyst.post(address + "/undo", revision=2, id=ident)
    page = analyst.get(address).text
    assert 'href="#declined"' in page and '<li id="declined"' in page


def test_what_was_taken_back_stands_apart(analyst, opened):
    address = opened(a__bpmn=assigned())
    ident = "people:a.bpmn:t:assignee"
    analyst.post(address + "/fix", revision=1, id=ident)
    analyst.post(address + "/undo", revision=2, id=ident)
    apart = analyst.get(address).text.partition("撤回过或改掉了的修正")[2]
    assert f'value="{ident}"' in apart


def test_a_fix_that_is_gone_is_told_in_a_sentence(analyst, opened):
    address = opened(careless__bpmn=careless("a"))
    answer = analyst.post(f"{address}/fix", revision="1", id="default-flow:careless.bpmn:nothing")
    assert answer.status_code == 422 and "不适用" in answer.text


def _unzip(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -- files and revisions -----------------------------------------------------------------------------------------------


def test_files_are_added_replaced_downloaded_and_removed(analyst, opened):
    address = opened(case__bpmn=CASE)
    assert "不能部署" in analyst.get(address).text
    page = analyst.post(f"{address}/files", follow=True, revision="1", files=up(look__json=LOOK)).text
    assert "已保存 forms/case/look.json" in page and "可以部署" in page
    assert analyst.get(f"{address}/files/forms/case/look.json").data == LOOK
    page = analyst.post(f"{address}/files", follow=True, revision="2", files=up(look__json=LOOK)).text
    assert "没有改动" in page and "第 2 版" in page
    page = analyst.post(f"{address}/remove", follow=True, revision="2", path="forms/case/look.json").text
    assert "已移除" in page and "不能部署" in page
    assert analyst.get(f"{address}/files/forms/case/look.json").status_code == 404
    page = analyst.post(f"{address}/restore", follow=True, revision="3", number="2").text
    assert "已恢复第 2 版" in page and "可以部署" in page
    assert lines(analyst, address)[:2] == ["恢复第 2 版", "移除 forms/case/look.json"]


def test_a_diagram_of_the_same_process_takes_the_place_of_the_old(analyst, opened):
    address = opened(case__bpmn=CASE)
    other = CASE.replace(b"<!--", b"<!-- new ") if b"<!--" in CASE else CASE + b"<!-- new -->"
    page = analyst.post(f"{address}/files", follow=True, revision="1", files=up(**{"case (2).bpmn": other})).text
    assert "case (2).bpmn 替换了画有同一流程的 case.bpmn" in page
    assert analyst.get(f"{address}/files/case.bpmn").data == other


def test_an_unreadable_file_changes_nothing(analyst, opened):
    address = opened(case__bpmn=CASE)
    answer = analyst.post(f"{address}/files", revision="1", files=up(case__bpmn=b"<a"))
    assert answer.status_code == 422 and "第 1 行" in answer.text and "第 1 版" in answer.text
    assert analyst.get(f"{address}/files/case.bpmn").data == CASE
    answer = analyst.post(f"{address}/remove", revision="1", path="case.bpmn")
    assert answer.status_code == 422 and "至少要有一张流程图" in answer.text


def test_who_comes_late_hears_who_changed_what_and_keeps_what_was_typed(analyst, opened, person):
    address = opened(case__bpmn=CASE)
    analyst.post(f"{address}/files", revision="1", files=up(look__json=LOOK))
    late = person("admin")
    for path, fields in (
        ("rename", {"name": "另一个名字"}),
        ("remove", {"path": "case.bpmn"}),
        ("fix", {"id": "x"}),
        ("undo", {"id": "x"}),
        ("restore", {"number": "1"}),
        ("delete", {}),
        ("deploy", {"note": "我的说明"}),
        ("files", {"files": up(case__bpmn=CASE)}),
    ):
        answer = late.post(f"{address}/{path}", revision="1", **fields)
        assert answer.status_code == 409, path
        assert "analyst 的姓名" in answer.text and "保存 forms/case/look.json" in answer.text
        assert fields.get("name", "") in answer.text and fields.get("note", "") in answer.text
    assert "case.bpmn 没有保存" in answer.text
    assert len(lines(analyst, address)) == 2


def test_a_draft_is_renamed_and_deleted(analyst, opened):
    address = opened("旧名", case__bpmn=CASE)
    assert "新名" in analyst.post(f"{address}/rename", follow=True, revision="1", name="新名").text
    assert analyst.post(f"{address}/rename", revision="2", name=" ").status_code == 422
    page = analyst.post(f"{address}/delete", follow=True, revision="2").text
    assert "已删除草稿“新名”" in page and "还没有草稿" in page
    assert analyst.get(address).status_code == 404


def test_a_choice_that_takes_the_place_of_another_counts_as_one_fix(analyst, opened):
    address = opened(case__bpmn=diagram('<bpmn:userTask id="a" name="A"/>')["x.bpmn"])
    ids = re.findall(r'value="(role:case\.bpmn:a:\w+)"', analyst.get(address).text)
    early, late = ids[0], ids[-1]
    assert "已应用 1 项修正" in analyst.post(f"{address}/fix", follow=True, revision="1", id=late).text
    page = analyst.post(f"{address}/fix", follow=True, revision="2", id=early).text
    assert "已应用 1 项修正，1 项因此不再需要" in page


# -- deploying ---------------------------------------------------------------------------------------------------------


def test_an_admin_deploys_the_revision_and_the_page_links_to_it(analyst, opened, person):
    address = opened(case__bpmn=CASE, look__json=LOOK)
    admin = person("admin")
    page = admin.post(f"{address}/deploy", follow=True, revision="1", note="第一版").text
    assert "已部署 办件 v1" in page and 'href="/definitions/case?version=1"' in page
    assert "第一版" in admin.get("/definitions/case").text
    assert "没有产生新版本" in admin.post(f"{address}/deploy", follow=True, revision="1", note="").text


def test_a_deployed_draft_says_how_a_case_begins_who_works_on_it_and_where_it_is_seen(analyst, person):
    address = analyst.post("/studio", name="新事项").location
    admin = person("admin")
    page = admin.post(f"{address}/deploy", follow=True, revision="1", note="").text
    begin = re.search(r'href="http://localhost(/definitions/process_\w+)#(start-[^"]*)"', page)
    assert begin and f'id="{begin[2]}"' in admin.get(begin[1]).text, "the link leads to the field"
    assert "承办人" in page.split("“任务”列表")[1][:40]
    assert 'href="/instances?definition=1"' in page
    seen = analyst.get(address).text
    assert "由系统管理员" in seen and "#start-" not in seen and 'href="/instances?definition=1"' in seen
    assert "本版的实例" not in analyst.post(f"{address}/rename", follow=True, revision="1", name="改后").text


def test_what_orders_start_is_said_to_start_with_an_order(opened, person):
    address = opened(case__bpmn=CASE, look__json=LOOK)
    page = person("admin").post(f"{address}/deploy", follow=True, revision="1", note="").text
    assert "登记工单后自动启动" in page and "#start-" not in page


def test_a_draft_that_would_replace_a_process_of_another_draft_says_so_and_how_to_avoid_it(analyst, opened, person):
    first = opened(case__bpmn=CASE, look__json=LOOK)
    assert "已属于部署的流程" not in analyst.get(first).text
    person("admin").post(f"{first}/deploy", revision="1")
    assert "已属于部署的流程" not in analyst.get(first).text, "its own next version is no surprise"
    second = opened(case__bpmn=CASE.replace("办件".encode(), "请假".encode()), look__json=LOOK)
    for reader in (analyst, person("admin")):
        page = reader.get(second).text
        assert "标识 case 已属于部署的流程“办件”（v1）" in page and "改成没有用过的" in page
    assert "取代已部署的流程：办件。" in person("admin").get(second).text


def test_an_analyst_hands_the_draft_over(analyst, opened):
    address = opened(case__bpmn=CASE, look__json=LOOK)
    page = analyst.get(address).text
    assert "部署由系统管理员进行" in page and f'value="http://localhost{address}"' in page
    assert analyst.post(f"{address}/deploy", revision="1", note="").status_code == 403


def test_a_finding_about_no_step_is_about_the_whole_bundle(opened, person, monkeypatch):
    whole = Finding("dry-run-slow", "error", "", None, "太慢", "too slow", "再试一次", "try again")

    def refuse(*_args, **_named):
        raise DiagramRefused([whole])

    address = opened(case__bpmn=CASE, look__json=LOOK)
    monkeypatch.setattr(drafts, "deploy", refuse)
    page = person("admin").post(f"{address}/deploy", revision="1", note="").text
    assert "整个部署包" in page and "再试一次" in page


def test_what_the_gate_refuses_is_not_deployed(analyst, opened, person):
    address = opened(case__bpmn=CASE)
    answer = person("admin").post(f"{address}/deploy", revision="1", note="保留的说明")
    assert answer.status_code == 422 and "未部署" in answer.text
    assert person("admin").get("/definitions/case").status_code == 404


def test_others_have_no_business_with_drafts(opened, person):
    address = opened(case__bpmn=CASE)
    for role in ("clerk", "coordinator", "auditor"):
        assert person(role).get(address).status_code == 403
        assert "/studio" not in person(role).get("/definitions").text
    assert person("admin").get(address).status_code == 200


def test_an_unknown_draft_or_file_is_404(analyst, opened):
    address = opened(case__bpmn=CASE)
    for path in ("/studio/99", "/studio/99/bundle.zip", f"{address}/drawing/none.bpmn", f"{address}/files/none.json"):
        assert analyst.get(path).status_code == 404, path
    assert analyst.get(f"{address}?file=none.bpmn").status_code == 200
    assert analyst.get(f"{address}/bundle.zip?revision=7").status_code == 404


# -- new files, names, fixes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "path"), [("form", "forms/复核_2.json"), ("table", "复核.dmn")])
def test_a_new_form_and_a_new_table_are_made_beside_what_is_there_and_opened(analyst, opened, kind, path):
    address = opened(**{"case__bpmn": CASE, "forms/复核__json": LOOK})
    answer = analyst.post(f"{address}/new", name="复核", kind=kind, revision="1")
    assert answer.status_code == 303
    page = analyst.get(answer.location)
    assert page.status_code == 200 and path in page.text
    assert lines(analyst, address)[0] == f"保存 {path}"


def test_a_new_form_needs_a_name(analyst, opened):
    address = opened(case__bpmn=CASE)
    answer = analyst.post(f"{address}/new", name="  ", kind="form", revision="1")
    assert answer.status_code == 422 and len(lines(analyst, address)) == 1


def test_a_flow_without_a_name_is_called_by_its_ends(analyst, opened):
    flow = b'<bpmn:sequenceFlow id="to_handle" sourceRef="look" targetRef="handle" />'
    told = flow.replace(b" />", b"><bpmn:conditionExpression>1 +</bpmn:conditionExpression></bpmn:sequenceFlow>")
    assert flow in CASE
    page = analyst.get(opened(case__bpmn=CASE.replace(flow, told))).text
    assert "从“核对”到“办理”的连线" in page


def test_a_fix_that_answers_several_findings_is_offered_once(analyst, opened):
    page = analyst.get(opened(careless__bpmn=careless("a"))).text
    offered = re.findall(r'name="id" value="([^"]+)"', page)
    assert offered and len(offered) == len(set(offered))


def test_the_note_of_a_version_is_not_required(person, opened):
    address = opened(case__bpmn=CASE, **{"forms/case/look__json": LOOK})
    admin = person("admin")
    assert "版本说明（可不填）" in admin.get(address).text
    assert "已部署 办件 v1" in admin.post(f"{address}/deploy", follow=True, revision="1").text
