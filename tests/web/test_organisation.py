"""Pages of units, posts, liaisons, the leading group and the mode of listening."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from engine import clock
from engine.hotline import listening, unit_files
from tests.web.conftest import Person

TODAY = clock.today()


def test_everybody_sees_the_tree_and_who_leads(person):
    office = person("coordinator", unit="HO")
    for kind, who, unit in [
        ("group_head", "陈建国", "SH"),
        ("chief", "林晓燕", "310115"),
        ("liaison", "黄文杰", "310115"),
    ]:
        answer = office.post(f"/organisation/{unit}/posts", kind=kind, person=who, since="2026-01-01", phone="021-1234")
        assert answer.status_code == 303
    page = person("handler", unit="310101").get("/organisation").text
    assert "领导小组组长" in page and "陈建国" in page and "林晓燕" in page
    assert "改变模式" not in page  # not theirs to change
    directory = person("analyst").get("/liaisons").text
    assert "黄文杰" in directory and "021-1234" in directory and "林晓燕" not in directory
    assert "没有符合条件" in person("analyst").get("/liaisons?q=虹口").text
    file = person("analyst").get("/liaisons.csv")
    assert file.mimetype == "text/csv" and "310115,浦东新区市场监督管理局,黄文杰,021-1234,2026-01-01" in file.text


def test_a_name_in_the_directory_is_no_formula_for_a_spreadsheet(person):
    office = person("coordinator", unit="HO")
    office.post("/organisation/310115/posts", kind="liaison", person="=1+1", since="2026-01-01", phone="021-1234")
    assert ",'=1+1,021-1234," in office.get("/liaisons.csv").text


def test_a_post_ends_and_stays_among_the_earlier_ones(person):
    office = person("coordinator", unit="HO")
    office.post("/organisation/310115/posts", kind="deputy", person="林晓燕", since="2026-01-01")
    assert office.post("/organisation/posts/1/end", until="2025-01-01").status_code == 422
    assert office.post("/organisation/posts/1/end", until="2026-02-01").status_code == 303
    page = office.get("/organisation/310115").text
    assert "历任" in page and "2026-01-01 – 2026-02-01" in page


def test_a_post_may_take_its_name_from_an_account(person):
    person("leader", unit="310115")
    office = person("coordinator", unit="HO")
    office.post("/organisation/310115/posts", kind="chief", account="leader-310115", person="", since="2026-01-01")
    assert "leader-310115 的姓名" in office.get("/organisation/310115").text


def test_a_head_keeps_their_own_units_and_no_others(person):
    head = person("leader", unit="310115")
    said = {"kind": "deputy", "person": "林晓燕", "since": "2026-01-01"}
    assert head.post("/organisation/310115-01/posts", **said).status_code == 303
    assert head.post("/organisation/310101/posts", **said).status_code == 403
    assert 'id="appoint-title"' in head.get("/organisation/310115").text
    assert 'id="appoint-title"' not in head.get("/organisation/310101").text
    assert person("handler", unit="310115").post("/organisation/310115/posts", **said).status_code == 403
    assert head.post("/organisation/posts/1/end", until="2026-02-01").status_code == 303


def test_what_is_wrong_is_said_and_what_was_typed_comes_back(person):
    office = person("coordinator", unit="HO")
    answer = office.post("/organisation/310115/posts", kind="chief", person="", since="2026-01-01", phone="021-1")
    assert answer.status_code == 422 and "请填写姓名" in answer.text and "021-1" in answer.text
    assert office.post("/organisation/310115/posts", kind="chief", person="林晓燕", since="").status_code == 422
    assert office.get("/organisation/NOWHERE").status_code == 404
    assert (
        office.post("/organisation/NOWHERE/posts", kind="chief", person="林晓燕", since="2026-01-01").status_code == 404
    )


def test_the_mode_of_listening_is_changed_from_a_day_on(app, person):
    admin = person("admin")
    assert admin.post("/organisation/listening", mode="prefecture", since="2020-01-01", source="x").status_code == 422
    day = TODAY + timedelta(days=30)
    said = {"mode": "prefecture", "since": day.isoformat(), "source": "沪市监〔2026〕1号"}
    assert admin.post("/organisation/listening", **said).status_code == 303
    assert person("leader", unit="310115").post("/organisation/listening", **said).status_code == 403
    assert "沪市监〔2026〕1号" in admin.get("/organisation").text
    with app.app_context():
        assert (listening.mode(TODAY), listening.mode(day)) == ("province", "prefecture")


def test_units_go_out_as_a_file_and_come_in(app, person):
    admin = person("admin")
    text = admin.get("/organisation/units.csv").text
    assert text.startswith("\ufeffcode,name") and "310115-02" in text

    def load(who: Person, csv: str):
        files = {"file": (BytesIO(csv.encode()), "units.csv"), "csrf_token": who.token()}
        return who.client.post("/organisation/units.csv", data=files, content_type="multipart/form-data")

    head = ",".join(unit_files.COLUMNS)
    assert load(admin, text).status_code == 303
    assert load(admin, f"{head}\nNEW,新设分局,新设局,4,SH,district,,1,1\n").status_code == 303
    refused = load(admin, f"{head}\nNEW,新设分局,新设局,9,SH,district,,1,1\n")
    assert refused.status_code == 422 and "level 应为 1 至 5" in refused.text
    assert "7×24" in admin.get("/organisation/NEW").text
    assert load(person("leader", unit="310115"), text).status_code == 403


def test_a_unit_is_there_around_the_clock_or_not(person):
    admin = person("admin")
    admin.post("/organisation/HO/always-on", on="1")
    assert "本周无人值班的时段" in admin.get("/duty?unit=HO").text
    admin.post("/organisation/HO/always-on")
    assert "本周无人值班的时段" not in admin.get("/duty?unit=HO").text
    assert admin.post("/organisation/NOWHERE/always-on", on="1").status_code == 404
