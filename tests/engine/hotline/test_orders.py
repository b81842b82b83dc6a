"""Orders come in once, are numbered, sealed and announced; files of them are read line by line."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import orders, organisation, privacy, tables
from engine.hotline.fields import check, nature_of, natures_of, priority_of, safety_of
from engine.hotline.models import Order, Party
from tests.engine.hotline.conftest import Intake

DISTRICTS = (*(f"{name}区" for name in organisation.DISTRICTS.values()), "临港新片区", "机场")
ORDER = {
    "ext_no": "12345-1", "subject": "健身房关门不退费，电话13812345678", "content": "办卡后店铺关门，要求退费。",
    "name": "张三", "phone": "138 1234 5678", "received_at": "2026-05-11 09:30",
    "target_name": "某健身房", "amount": "3,980.5元",
}  # fmt: skip


def stored(number: int) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, number)


def test_a_new_order_is_stored_numbered_and_announced(intake: Intake) -> None:
    done = orders.register(ORDER, source="12345", actor="li")
    order = stored(done.order_id)
    assert (done.new, done.order_no, order.state) == (True, f"SH20260511-{done.order_id:06}", "received")
    assert (order.received_at, order.amount) == (datetime(2026, 5, 11, 1, 30, tzinfo=UTC), Decimal("3980.50"))
    [(correlation, payload, actor, _key)] = intake.sent
    assert (correlation, actor) == (done.order_no, "li")
    assert payload == {
        "order_no": done.order_no, "order_id": done.order_id, "source": "12345", "channel": "12345转办",
        "subject": "健身房关门不退费，电话138****5678", "received_at": "2026-05-11T09:30:00+08:00", "rule_version": 121,
        "unit": "HO", "nature_hint": "投诉", "natures": ["投诉"], "priority": 1, "district": None,
        "consent_public": False, "amount": 3980.5, "anonymous": False, "keep_secret": False,
    }  # fmt: skip


@pytest.mark.parametrize("said", [True, False])
def test_the_case_knows_whether_the_person_agreed_to_publication(intake: Intake, said: bool) -> None:
    orders.register({"content": "退款", "consent_public": said}, source="12345", actor="li")
    assert intake.sent[0][1]["consent_public"] is said


def test_what_is_announced_is_what_is_declared(intake: Intake) -> None:
    done = orders.register({"content": "退款"}, source="12345", actor="li")
    assert intake.sent[0][1].keys() == set(orders.FACTS)
    row = {column.name: getattr(stored(done.order_id), column.name) for column in Order.__table__.columns}
    assert orders.variables(row | {"nature_hint": "差评"}).keys() == {*orders.FACTS, *orders.OF_REVIEW}


def test_personal_data_is_readable_nowhere_in_the_tables(intake: Intake) -> None:
    done = orders.register(ORDER, source="12345", actor="li")
    order, party = stored(done.order_id), db.session.get_one(Party, (done.order_id, 1))
    assert order.subject == "健身房关门不退费，电话138****5678"
    assert privacy.decrypt(order.content, "work_order", order.id, "content") == ORDER["content"]
    assert privacy.decrypt(party.name or b"", "party", order.id, 1, "name") == "张三"
    assert party.phone_index == privacy.phone_index("13812345678")
    with db.engine.connect() as connection:
        for table in (Order.__table__, Party.__table__):
            everything = repr(connection.execute(select(table)).all())
            assert "张三" not in everything and "1234 5678" not in everything and "13812345678" not in everything


def test_the_same_order_again_changes_nothing(intake: Intake) -> None:
    first = orders.register(ORDER, source="12345", actor="li")
    again = orders.register(ORDER | {"subject": "另一个标题"}, source="12345", actor="wang")
    assert (again.order_id, again.order_no, again.new) == (first.order_id, first.order_no, False)
    assert stored(first.order_id).subject.startswith("健身房")
    assert len({key for *_, key in intake.sent}) == 1
    assert {actor for _, _, actor, _ in intake.sent} == {"li"}  # the same message, whoever sends it again
    other = orders.register(ORDER, source="12315", actor="li")
    assert other.new and other.order_id != first.order_id


def test_a_key_stands_for_a_missing_number(intake: Intake) -> None:
    order = {k: v for k, v in ORDER.items() if k != "ext_no"}
    assert orders.register(order, source="window", actor="li", key="k1").new
    assert not orders.register(order, source="window", actor="li", key="k1").new
    assert orders.register(order, source="window", actor="li").new
    assert orders.register(order, source="window", actor="li").new


def test_an_order_whose_announcement_failed_is_announced_later(intake: Intake) -> None:
    intake.down = True
    done = orders.register(ORDER, source="12345", actor="li")
    intake.down = False
    assert orders.resume_unstarted() == 0  # too young: its registration may still be under way
    with clock.virtual(datetime.now(UTC) + timedelta(minutes=2)):
        assert orders.resume_unstarted() == 1
        assert orders.resume_unstarted() == 0
    assert [number for number, *_ in intake.sent] == [done.order_no]


def test_without_an_intake_process_orders_wait_for_one(app: Flask) -> None:
    done = orders.register(ORDER, source="12345", actor="li")
    assert done.new and stored(done.order_id).state == "received"


def test_many_hands_register_the_same_orders_once(app: Flask) -> None:
    def register(number: int) -> int:
        with app.app_context():
            return orders.register(ORDER | {"ext_no": str(number % 10)}, source="12345", actor="li").order_id

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(register, range(40)))
    assert len(set(ids)) == 10
    assert db.session.scalar(select(func.count(Order.id))) == 10
    assert db.session.scalar(select(func.count(Order.order_no.distinct()))) == 10


@pytest.mark.parametrize(
    ("fields", "key", "sentence"),
    [
        ({"content": "  "}, "content", "请填写诉求内容"),
        ({"subject": "长" * 301}, "subject", "超过 300 字"),
        ({"received_at": "2026-13-01"}, "received_at", "时间格式有误，应如 2026-05-11 09:30"),
        ({"received_at": "2099-01-01"}, "received_at", "时间不能晚于现在"),
        ({"received_at": "1970-01-01"}, "received_at", "时间不能早于 2000 年"),
        ({"phone": "不详"}, "phone", "电话号码有误，请核对"),
        ({"email": "a@b"}, "email", "邮箱地址有误，请核对"),
        ({"id_no": "110105194912310021"}, "id_no", "身份证号码有误，请核对"),
        ({"target_uscc": "91310000000000000X"}, "target_uscc", "统一社会信用代码有误，请核对"),
        ({"amount": "很多"}, "amount", "金额有误，应为数字"),
        ({"amount": "-1"}, "amount", "金额超出范围"),
        ({"anonymous": "也许"}, "anonymous", "应为“是”或“否”"),
        ({"priority": "5"}, "priority", "紧急程度“5”不存在，可填：紧急、普通、次紧急"),
        ({"district": "虹桥区"}, "district", "事发区“虹桥区”不存在，可填：" + "、".join(DISTRICTS)),
        ({"colour": "red"}, "colour", "未知字段"),
    ],
)
def test_a_wrong_field_is_named_with_a_sentence(fields: dict[str, Any], key: str, sentence: str) -> None:
    with pytest.raises(errors.FormInvalid) as refusal:
        check(ORDER | fields)
    assert refusal.value.errors == {key: [sentence]}
    assert str(refusal.value).startswith(key)


def test_an_unknown_source_is_refused(app: Flask) -> None:
    with pytest.raises(errors.FormInvalid) as refusal:
        orders.register(ORDER, source="pigeon", actor="li")
    assert refusal.value.errors == {"source": ["未知的工单来源"]}


@pytest.mark.parametrize(
    "text",
    ["2026-05-11T09:30:00+08:00", "2026-05-11 09:30", "2026/5/11 9:30", "2026年5月11日 9时30分", "2026.5.11 9:30:00"],
)
def test_times_are_read_as_people_write_them(text: str) -> None:
    assert check(ORDER | {"received_at": text})["received_at"] == datetime(2026, 5, 11, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("浦东新区", "310115"), ("浦东区", "310115"), ("浦东", "310115"), ("310115", "310115")),
        *(("黄浦区", "310101"), ("黄浦", "310101"), ("临港", "LG"), ("临港新片区", "LG"), ("机场", "JC")),
    ],
)
def test_districts_are_read_as_people_call_them(text: str, code: str) -> None:
    assert check(ORDER | {"district": text})["district"] == code


def test_other_fields_are_read_as_people_write_them() -> None:
    typed = {
        "district": "浦东新区",
        "priority": "紧急",
        "anonymous": "是",
        "knew_date": "2025-01-02",
        "target_uscc": "",
    }
    draft = check(ORDER | typed | {"id_no": "11010519491231002X"})
    assert (draft["district"], draft["priority"], draft["anonymous"]) == ("310115", 0, True)
    assert draft["knew_date"] == date(2025, 1, 2)
    assert draft["target_uscc"] is None


def test_hints_come_from_the_words() -> None:
    assert nature_of("举报某店无证经营", "") == "举报"
    assert nature_of("健身房不退款", "要求退费") == "投诉"
    assert nature_of("咨询个体户注销流程", "请问怎么办理") == "咨询"
    assert nature_of("建议增设窗口", "希望采纳") == "建议"
    assert nature_of("你好", "") == "求助"
    assert [priority_of(text) for text in ("食物中毒", "电梯故障", "退款")] == [0, 2, 1]
    assert (safety_of("小区电梯"), safety_of("退款")) == ("特种设备", None)
    assert {safety_of(text) for text in ("奶油发酸", "生日蛋糕里有虫", "面霜用后红肿")} == {"食品药品"}


def test_the_clerk_finds_chosen_what_the_words_sound_like() -> None:
    assert [natures_of(hint) for hint in ("投诉", "建议", "求助")] == [["投诉"], ["咨询"], []]


def test_words_tag_no_consultation_and_nothing_that_a_person_has_said_is_safe(app: Flask) -> None:
    said = [
        {"content": "蛋糕店的奶油发酸，要求退款"},
        {"content": "请问食品经营许可如何办理"},
        {"content": "蛋糕店的奶油发酸，要求退款", "safety_tag": "无"},
    ]
    numbers = [orders.register(fields, source="12345", actor="li").order_no for fields in said]
    tags = dict(db.session.execute(select(Order.order_no, Order.safety_tag)).tuples().all())
    assert [tags[number] for number in numbers] == ["食品药品", None, None]


# -- files ---------------------------------------------------------------------------------------------------------

CSV = """id,sender,subject,received_at,text,downvotes,upvotes
1,A1,请问如何注销,2019-02-28T11:25:05,"第一行
第二行，含换行",0,0
2,A2,举报无证经营,2019-03-01T08:00:00,有一家店无证经营,0,1
"""


def load(content: bytes | str, **more: Any) -> orders.Report:
    raw = content.encode() if isinstance(content, str) else content
    return orders.import_file(io.BytesIO(raw), source="import", actor="li", **more)


def test_a_file_is_imported_once(intake: Intake) -> None:
    seen: list[tuple[int, int]] = []
    report = load(CSV, progress=lambda done, total: seen.append((done, total)))
    assert (report.new, report.known, report.bad, seen) == (2, 0, [], [(2, 2)])
    assert [payload["received_at"] for _, payload, _, _ in intake.sent] == [
        "2019-02-28T11:25:05+08:00", "2019-03-01T08:00:00+08:00",
    ]  # fmt: skip
    again = load(CSV)
    assert (again.new, again.known, again.bad) == (0, 2, [])
    assert len({key for *_, key in intake.sent}) == 2


def test_an_import_is_stored_in_chunks(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "CHUNK", 3)
    seen: list[tuple[int, int]] = []
    rows = "".join(f"{n},2026-05-11,内容{n}\n" for n in range(10))
    report = load("编号,时间,内容\n" + rows, progress=lambda done, total: seen.append((done, total)))
    assert report.new == report.rows == 10
    assert seen == [(3, 10), (6, 10), (9, 10), (10, 10)]
    assert len(intake.sent) == 10


BROKEN = """编号,姓名,标题,时间,内容
1,甲,好的,2019-03-01 08:00,没有问题
2,乙,日期错,2019-02-30 08:00,日期不存在
3,丙,少一格,2019-03-01 08:00
4,丁,多一格,2019-03-01 08:00,内容,多余
5,戊,没有内容,2019-03-01 08:00,
1,己,重复,2019-03-01 08:00,编号重复

6,庚,还是好的,2019-03-01 08:00,没有问题
"""


def test_bad_lines_are_reported_and_the_others_taken(intake: Intake) -> None:
    report = load(BROKEN)
    assert report.new == 2
    assert [(bad.line, bad.column, bad.reason) for bad in report.bad] == [
        (3, "时间", "时间格式有误，应如 2026-05-11 09:30"),
        (4, None, "列数偏少：应为 5 列，实为 4 列"),
        (5, None, "列数偏多：应为 5 列，实为 6 列"),
        (6, "内容", "请填写诉求内容"),
        (7, "编号", "与第 2 行重复"),
    ]
    assert report.bad[0].value == "2019-02-30 08:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_encodings_of_the_country_are_read(intake: Intake, encoding: str) -> None:
    report = load(BROKEN.replace("好的", "好的𠮷" if encoding != "gbk" else "好的").encode(encoding))
    assert (report.new, len(report.bad)) == (2, 5)
    assert intake.sent[0][1]["subject"].startswith("好的")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_in_a_broken_encoding_spoils_only_itself(intake: Intake, encoding: str) -> None:
    lines = BROKEN.encode(encoding).splitlines(keepends=True)
    lines[1] = lines[1].replace("没有问题".encode(encoding), b"\xff\xff\x80")
    report = load(b"".join(lines))
    assert (report.bad[0].line, report.bad[0].column) == (2, "内容")
    assert (report.new, len(report.bad)) == (2, 5)  # line 7 repeats nothing any more
    assert report.bad[0].reason == "含有无法识别的字符（编码错误）"


def test_lines_without_number_are_known_by_their_content(intake: Intake) -> None:
    text = "时间;内容\n2019-03-01;甲\n2019-03-01;乙\n2019-03-01;甲\n"
    report = load(text)
    assert (report.new, [(bad.line, bad.reason) for bad in report.bad]) == (2, [(4, "与第 2 行重复")])
    assert load(text).known == 2


def test_columns_may_be_named_by_the_caller(intake: Intake) -> None:
    assert load("nr\twords\n1\t甲\n", mapping={"nr": "ext_no", "words": "content"}).new == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"a,b\n1,2\n", "缺少列：诉求内容、内容、留言详情、工单内容、投诉内容、举报内容、content、text（任一）"),
        ("内容,text\n1,2\n".encode(), "有两列含义相同，请删去一列：“内容”、“text”"),
        (b"PK\x03\x04 no workbook", "文件无法读取，请另存为 CSV 或 XLSX 后重试"),
    ],
)
def test_what_is_no_table_of_orders_is_refused(app: Flask, content: bytes, sentence: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        load(content)
    assert refusal.value.zh == sentence


REGISTER = """来源,来源编号,收单时间,紧急程度,事发区,诉求内容,姓名,联系电话,备注,经营地址
12315平台,A-1,2026-05-11 09:30,次紧急,浦东新区,店铺关门,张三,13812345678,无,陆家嘴
letter,A-1,2026-05-11 09:30,0,310101,同号的来信,,,,
,A-2,2026-05-11 09:30,普通,静安,没写来源,,,,
飞鸽传书,A-3,昨天,5,虹桥区,样样都错,,不详,,
"""


def test_the_headings_of_the_register_form_are_known(intake: Intake) -> None:
    report = load(REGISTER)
    assert (report.new, report.ignored, report.warnings) == (3, ["备注"], [])
    columns = (Order.source, Order.ext_no, Order.priority, Order.district, Order.target_address)
    assert [tuple(row) for row in db.session.execute(select(*columns).order_by(Order.id))] == [
        ("12315p", "A-1", 2, "310115", "陆家嘴"), ("letter", "A-1", 0, "310101", None),
        ("import", "A-2", 1, "310106", None),
    ]  # fmt: skip
    corrected = load(REGISTER.replace("店铺关门", "店铺已关门"))
    assert (corrected.new, corrected.known) == (0, 3)


def test_all_that_is_wrong_with_a_line_is_told(intake: Intake) -> None:
    bad = {line.column: line.reason for line in load(REGISTER).bad}
    assert bad.keys() == {"来源", "收单时间", "紧急程度", "事发区", "联系电话"}
    assert bad["来源"].startswith("来源“飞鸽传书”不存在，可填：12345转办、")
    assert load(REGISTER).bad_lines == 1
    broken = "编号,时间,内容,姓名\n1,昨天,甲,X\n1,明天,,X\n".encode().replace(b"X", b"\xff\x80")
    assert [(line.line, line.column) for line in load(broken).bad] == [
        (2, "姓名"), (2, "时间"), (3, "姓名"), (3, "时间"), (3, "内容"),
    ]  # fmt: skip


def test_the_same_number_under_one_source_is_twice_however_it_is_written(intake: Intake) -> None:
    report = load("来源,编号,内容\n批量导入,1,甲\n,1,乙\nimport,1,丙\n")
    assert (report.new, [line.line for line in report.bad]) == (1, [3, 4])


def test_a_file_without_numbers_is_warned_about(intake: Intake) -> None:
    assert load("内容\n甲\n").warnings == [tables.NO_NUMBERS]
    assert load(CSV).ignored == ["downvotes", "upvotes"]


def test_the_template_has_no_unknown_heading(intake: Intake) -> None:
    report = load(tables.template() + "," * (len(tables.HEADERS) - 1) + "\n")
    assert (report.ignored, report.warnings, report.bad) == ([], [], [])


@pytest.mark.parametrize("heading", ["诉求内容*", " 诉求 内容 ", "CONTENT"])
def test_headings_are_read_as_people_write_them(intake: Intake, heading: str) -> None:
    assert load(f"{heading},涉及金额(元)\n甲,3\n").ignored == []


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: list[Any]) -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "orders.xlsx")
        return tmp_path / "orders.xlsx"

    return make


def test_a_workbook_is_read_with_its_own_types(intake: Intake, workbook: Callable[..., Path]) -> None:
    path = workbook(
        ["编号", "时间", "内容", "联系电话", None],
        [188006.0, datetime(2019, 2, 28, 11, 25, 5), "第一件", 13812345678],
        [None, None, None, None],
        [188007, "2019/3/1 8:00", "第二件", None],
        [188008, date(2019, 3, 2), None, None],
        [188009, datetime(2019, 3, 2), "多一格", None, "旁注"],
    )
    report = orders.import_file(path, source="import", actor="li")
    assert report.new == 2
    assert [(bad.line, bad.column) for bad in report.bad] == [(5, "内容"), (6, None)]
    numbers = db.session.execute(select(Order.ext_no, Order.received_at).order_by(Order.id)).all()
    assert numbers[0] == ("188006", datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC))
    assert db.session.scalar(select(Party.phone_index).order_by(Party.order_id).limit(1)) == privacy.phone_index(
        "13812345678"
    )


def test_a_bad_value_is_shown_masked_in_the_report(intake: Intake) -> None:
    [bad] = load("时间,内容\n请打13812345678,甲\n").bad
    assert bad.value == "请打138****5678"


def test_a_counter_that_starts_in_two_transactions_is_started_once(app: Flask) -> None:
    with transaction() as session:
        assert orders._take(session, 3) == 1
    with transaction() as session:
        assert orders._take(session, 1) == 4
