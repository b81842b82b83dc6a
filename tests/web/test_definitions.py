from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from tests.web.conftest import BUNDLE

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def _files(**changes: tuple[str, str]) -> list:
    diagram = (BUNDLE / "case.bpmn").read_text()
    for old, new in changes.values():
        assert old in diagram
        diagram = diagram.replace(old, new)
    form = (BUNDLE / "forms/case/look.json").read_bytes()
    return [(io.BytesIO(diagram.encode()), "case.bpmn"), (io.BytesIO(form), "forms/case/look.json")]


RENAMED = {"name": ('name="办理"', 'name="办理（新）"')}


def test_a_process_lists_its_versions_with_their_instances(person, order, task_id):
    old = order()
    admin = person("admin")
    admin.post("/definitions/deploy", files=_files(**RENAMED), note="改名")
    order()
    listing = admin.get("/definitions").text
    assert "v1: <strong>1</strong>" in listing and "v2: <strong>1</strong>" in listing
    page = admin.get("/definitions/case").text
    assert 'href="/definitions/case?version=1"' in page and 'href="/definitions/case?version=2"' in page
    clerk = person("clerk", unit="HO")
    clerk.send("POST", f"/tasks/{task_id('核对', old)}", {"values": {"finding": "属实"}})
    assert task_id("办理", old)  # begun before: keeps its diagram to the end


def test_the_same_files_again_make_no_new_version(deployed, person):
    admin = person("admin")
    page = admin.post("/definitions/deploy", follow=True, files=_files(), note="")
    assert "没有产生新版本" in page.text
    assert "v2" not in admin.get("/definitions/case").text


def test_a_changed_diagram_alone_may_be_deployed_with_the_forms_of_the_version_before(deployed, person):
    admin = person("admin")
    alone = _files(**RENAMED)[:1]
    assert admin.post("/definitions/deploy", files=alone, note="").status_code == 422
    page = admin.post("/definitions/deploy", follow=True, files=_files(**RENAMED)[:1], note="", reuse="1")
    assert "已部署 办件 v2" in page.text and "forms/case/look.json" in page.text


def test_a_diagram_under_another_file_name_replaces_the_one_that_draws_the_same_process(deployed, person):
    admin = person("admin")
    renamed = [(_files(**RENAMED)[0][0], "case-new.bpmn")]
    page = admin.post("/definitions/deploy", follow=True, files=renamed, note="", reuse="1").text
    assert "已部署 办件 v2" in page and "case-new.bpmn 替换了画有同一流程（case）的 case.bpmn" in page
    assert "forms/case/look.json" in page and "files/case-new.bpmn" in page and "files/case.bpmn" not in page


def test_a_check_shows_what_the_gate_says_and_stores_nothing(deployed, person):
    admin = person("admin")
    stray = (io.BytesIO(b"a,b"), "o.csv")
    page = admin.post("/definitions/deploy/check", files=[*_files(**RENAMED), stray], note="改名")
    assert page.status_code == 200
    assert "通过检查" in page.text and "o.csv 不是流程文件" in page.text and 'value="改名"' in page.text
    wrong = admin.post("/definitions/deploy/check", files=_files(role=('banjie:role="clerk"', 'banjie:role="wizard"')))
    assert wrong.status_code == 422 and "wizard" in wrong.text
    assert "v2" not in admin.get("/definitions/case").text


def test_a_file_that_is_none_of_a_process_is_named(deployed, person):
    admin = person("admin")
    page = admin.post("/definitions/deploy", files=[(io.BytesIO(b"a,b"), "o.csv")], note="")
    assert page.status_code == 422 and "o.csv 不是流程文件" in page.text
    beside = [*_files(**RENAMED), (io.BytesIO(b"a,b"), "o.csv")]
    page = admin.post("/definitions/deploy", follow=True, files=beside, note="").text
    assert "已部署 办件 v2" in page and "1 条提醒" in page and "files/o.csv" not in page


def test_a_zip_is_unfolded(deployed, person):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for content, name in _files(**RENAMED):
            archive.writestr(name, content.read())
    packed.seek(0)
    page = person("admin").post("/definitions/deploy", follow=True, files=[(packed, "case.zip")], note="")
    assert "已部署 办件 v2" in page.text


def test_what_the_gate_refuses_is_told_finding_by_finding(deployed, person):
    admin = person("admin")
    wrong = _files(role=('banjie:role="clerk"', 'banjie:role="wizard"'))
    page = admin.post("/definitions/deploy", files=wrong, note="")
    assert page.status_code == 422
    assert "未通过检查" in page.text and "wizard" in page.text and "case.bpmn" in page.text
    assert "v2" not in admin.get("/definitions/case").text


@pytest.mark.parametrize("name", ["../../etc/case.bpmn", "/etc/case.bpmn"])
def test_a_path_that_leaves_the_bundle_is_refused(deployed, person, name: str):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "<x/>")
    packed.seek(0)
    assert person("admin").post("/definitions/deploy", files=[(packed, "case.zip")], note="").status_code == 422


def test_only_an_admin_deploys(deployed, person):
    analyst = person("analyst")
    assert analyst.post("/definitions/deploy", files=_files(**RENAMED), note="").status_code == 403
    assert analyst.post("/definitions/deploy/check", files=_files(**RENAMED), note="").status_code == 403
    assert "部署新版本" not in analyst.get("/definitions").text


def test_a_retired_version_starts_nothing_until_it_is_activated(person, order):
    admin = person("admin")
    order()
    admin.post("/definitions/1/retire")
    assert "停用" in admin.get("/definitions/case").text
    order()
    assert "v1: <strong>1</strong>" in admin.get("/definitions").text
    admin.post("/definitions/1/activate")
    order()
    assert "v1: <strong>2</strong>" in admin.get("/definitions").text


def test_diagram_and_files_are_served_as_deployed(deployed, person):
    analyst = person("analyst")
    served = etree.fromstring(analyst.get("/definitions/1/diagram.bpmn").data)
    assert etree.tostring(served, method="c14n") == etree.tostring(etree.parse(BUNDLE / "case.bpmn"), method="c14n")
    form = analyst.get("/definitions/1/files/forms/case/look.json")
    assert form.data == (BUNDLE / "forms/case/look.json").read_bytes()
    assert form.headers["Content-Disposition"].startswith("attachment")
    assert analyst.get("/definitions/1/files/forms/case/none.json").status_code == 404


def test_a_diagram_that_brings_no_drawing_is_drawn(deployed, person):
    admin, bare = person("admin"), etree.parse(BUNDLE / "case.bpmn")
    for drawing in bare.findall(f"{DI}BPMNDiagram"):
        bare.getroot().remove(drawing)
    files = [(io.BytesIO(etree.tostring(bare)), "case.bpmn")]
    assert "已部署 办件 v2" in admin.post("/definitions/deploy", follow=True, files=files, reuse="1").text
    served = etree.fromstring(admin.get("/definitions/2/diagram.bpmn").data)
    drawn = {shape.get("bpmnElement") for shape in served.iter(f"{DI}BPMNShape")}
    assert {"handle", "look"} <= drawn
    kept = admin.get("/definitions/2/files/case.bpmn").data
    assert b"BPMNShape" not in kept, "the file stays as it was deployed"


def test_an_unknown_process_or_version_is_404(deployed, person):
    analyst = person("analyst")
    assert analyst.get("/definitions/nothing").status_code == 404
    assert analyst.get("/definitions/case?version=9").status_code == 404
