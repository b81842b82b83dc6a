"""Issuing: once for each job, numbered without gaps, sealed, hashed, and recorded as a reading."""

from __future__ import annotations

import hashlib
import io
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select, update

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline import organisation, privacy
from engine.hotline.letters import drawing, issuing
from engine.hotline.letters.facts import AUTHORITIES
from engine.hotline.letters.models import Letter, LetterSerial
from engine.hotline.models import Matter, Reading, Unit
from tests.engine.hotline.letters.conftest import MakeMatter
from tests.fonts import needs_font

pytestmark = needs_font


def notice(matter_no: str, job_id: int, form_no: str = "5", **more: object) -> Letter:
    """What a diagram asks the connector for."""
    payload = {"order_no": matter_no.rpartition("-")[0], "matter_no": matter_no, "form_no": form_no, **more}
    answer = registry.CONNECTORS["notice"].call(payload, job_id)
    assert answer is not None
    return db.session.get_one(Letter, answer["letter"])


def said(letter: Letter) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(issuing.pdf(letter))).pages)
    return "".join(text.split())


def test_a_letter_is_filled_from_the_case_and_from_what_the_diagram_hands_over(matter: MakeMatter) -> None:
    letter = notice(
        matter(), 1, "6", refuse_code="4", rule_version=121, text="已满三年零二个月。", title="不予受理决定书"
    )
    text = said(letter)
    for part in (
        "沪浦市监〔2026〕第1号",
        "浦东新区市场监督管理局",
        "张三丰：",
        "2026年5月11日",
        "好水商店",
        "第十六条第四项",
        "已满三年零二个月",
    ):
        assert part in text
    assert "13800138000" not in text  # this letter does not need the number, so it was not even opened
    assert (letter.name, letter.fields, letter.unit) == ("投诉不予受理决定书", "name", "310115")


def test_minutes_are_the_offices_own_and_say_what_was_decided(matter: MakeMatter) -> None:
    letter = notice(
        matter(), 1, "MINUTES", unit="310115", units=["310104", "BIZ-FG"], text="退费按实际履行情况认定",
        question="退费算不算属实",
        opinions="徐汇区局：支持乙方案", option="乙方案：改为部分属实", basis="第二十四条", until="2026年5月20日",
    )  # fmt: skip
    text = said(letter)
    for part in ("退费算不算属实", "徐汇区局：支持乙方案", "乙方案：改为部分属实", "第二十四条", "2026年5月20日"):
        assert part in text
    office = db.session.get_one(Unit, organisation.OFFICE)
    assert (letter.unit, letter.serial) == (office.code, 1) and office.name in text
    assert letter.number and letter.number in text


def test_the_same_job_again_is_the_same_letter(matter: MakeMatter) -> None:
    number = matter()
    first, again, other = notice(number, 7), notice(number, 7), notice(number, 8)
    assert first.id == again.id != other.id
    assert [letter.number for letter in (first, other)] == ["沪浦市监〔2026〕第1号", "沪浦市监〔2026〕第2号"]
    assert db.session.scalar(select(func.count(Letter.id))) == 2


def test_numbers_count_for_each_authority_and_year(matter: MakeMatter) -> None:
    here, station, there = matter(), matter(unit="310115-01"), matter(unit="310101")
    numbers = [notice(no, job).serial for job, no in enumerate((here, station, there, here))]
    assert numbers == [1, 2, 1, 3]  # a station writes in the name of its bureau
    with clock.virtual(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):  # half past midnight in Shanghai
        assert notice(here, 99).number == "沪浦市监〔2027〕第1号"


def test_no_two_authorities_give_the_same_number(app: Flask) -> None:
    organisation.seed()
    short = {unit.code: issuing.abbreviation(unit) for unit in db.session.scalars(select(Unit)) if unit.level < 5}
    assert (short["SH"], short["310115"], short["310101"], short["HO"], short["YJ"]) == ("", "浦", "黄", "热线", "药监")
    writing = [short[unit.code] for unit in db.session.scalars(select(Unit)) if unit.kind in AUTHORITIES] + [
        short["HO"]
    ]
    assert len(set(writing)) == len(writing)


def test_a_letter_that_is_not_written_takes_no_number(matter: MakeMatter, monkeypatch: pytest.MonkeyPatch) -> None:
    number = matter()
    notice(number, 1)
    with monkeypatch.context() as broken:
        broken.setattr(issuing, "_seal", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            notice(number, 2)
    assert notice(number, 3).serial == 2


def test_many_at_once_get_numbers_without_gap_or_double(app: Flask, matter: MakeMatter) -> None:
    number, each, threads = matter(), 6, 4
    faults: list[Exception] = []

    def work(first: int) -> None:
        with app.app_context():
            try:
                for job in range(first, first + each):
                    case = issuing.find(None, number)
                    issuing.issue(case, "5", {}, key=f"job {job}", actor="worker")
                    issuing.issue(case, "5", {}, key="job 1000", actor="worker")  # all of them want this one, too
            except Exception as error:
                faults.append(error)
            finally:
                db.session.remove()

    running = [threading.Thread(target=work, args=(n * each,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert faults == []
    serials = sorted(db.session.scalars(select(Letter.serial)))
    assert serials == list(range(1, each * threads + 2))
    assert db.session.scalar(select(LetterSerial.last)) == each * threads + 1


def test_what_is_kept_is_sealed_and_checked_against_its_hash(matter: MakeMatter) -> None:
    letter = notice(matter(), 1)
    kept = issuing.pdf(letter)
    assert letter.sha256 == hashlib.sha256(kept).digest() and letter.pdf is not None
    assert b"%PDF" not in letter.pdf and "张三丰".encode() not in letter.document
    with transaction() as session:
        session.execute(update(Letter).values(pdf=privacy.seal(kept + b" ", "letter", letter.key, "pdf")))
    db.session.expire_all()
    with pytest.raises(privacy.SealBroken):
        issuing.pdf(db.session.get_one(Letter, letter.id))


def test_filling_in_a_name_is_recorded_as_a_reading(matter: MakeMatter) -> None:
    notice(matter(), 1, "9", text="退款一百元")
    [reading] = db.session.scalars(select(Reading))
    assert reading.reason == "文书 投诉调解书 沪浦市监〔2026〕第1号" and reading.person == "worker"
    assert reading.fields == "address,name,phone,request"
    notice(matter("举报", name="", phone="", address=""), 2, "INSUFFICIENT", title="线索不足告知书")
    assert db.session.scalar(select(func.count(Reading.id))) == 1  # there was nobody to name


@pytest.mark.parametrize(("rule", "code"), [(121, "20-10"), (121, "20-12"), (20, "20-99"), (121, "12")])
def test_a_letter_of_another_rule_is_refused(matter: MakeMatter, rule: int, code: str) -> None:
    with pytest.raises(errors.Invalid):
        notice(matter("举报", rule_version=rule), 1, code, title="举报立案告知书")
    assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_the_old_rule_has_its_own_words(matter: MakeMatter) -> None:
    letter = notice(matter(rule_version=20), 1, "8", terminate_code="5")
    assert "第二十一条第五项" in said(letter) and "四十五个工作日" in said(letter) and "2019年" in said(letter)
    plain = notice(matter(rule_version=20), 2, "4")
    assert plain.name == "补充身份证明材料告知书" and "式样" not in said(plain)


def test_the_day_by_which_proof_is_wanted_is_the_clocks(matter: MakeMatter) -> None:
    assert "请你于2026年5月15日前" in said(notice(matter(), 1, "4"))  # C09: three working days


def test_who_also_informs_is_named_only_as_mediation_needs_it(matter: MakeMatter) -> None:
    complaint = matter()
    with transaction() as session:
        one = session.get_one(Matter, complaint)
        columns = {c.key: getattr(one, c.key) for c in Matter.__table__.columns}
        session.add(Matter(**columns | {"matter_no": f"{one.order_no}-R2", "nature": "举报", "instance_id": 999}))
    letter = notice(complaint, 1, "9", text="退款一百元")
    assert letter.fields == "name,phone,request"
    assert "南京西路100号" not in said(letter)


def test_an_order_that_is_not_there_gets_no_letter(app: Flask) -> None:
    with pytest.raises(errors.NotFound):
        notice("SH20990101-000001-C1", 1)


def test_drawing_may_wait_until_somebody_opens_it(app: Flask, matter: MakeMatter) -> None:
    app.config["SETTINGS"].draw_letters = False
    letter = notice(matter(), 1)
    assert letter.sha256 is None
    assert issuing.pdf(letter).startswith(b"%PDF") and letter.sha256 is not None


def test_a_machine_without_a_chinese_font_numbers_letters_all_the_same(
    matter: MakeMatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as bare:
        bare.setattr(drawing, "pdf", lambda *_: (_ for _ in ()).throw(drawing.NoFont()))
        letter = notice(matter(), 1)
        assert (letter.serial, letter.sha256) == (1, None)
    assert issuing.pdf(letter).startswith(b"%PDF")


def test_letters_issued_together_are_those_that_are_issued_one_by_one(matter: MakeMatter) -> None:
    here, there = matter(), matter(unit="310101")
    payloads = {
        job: {"order_no": no.rpartition("-")[0], "matter_no": no, "form_no": form}
        for job, (no, form) in enumerate(
            [(here, "5"), (there, "5"), (here, "3"), (here, "no-such"), ("SH-none-T1", "5")]
        )
    }
    many = registry.CONNECTORS["notice"].many
    assert many is not None
    answers = many(payloads)
    assert sorted(answers) == [0, 1, 2]  # what is wrong is left to a call of its own, which says why
    together = [db.session.get_one(Letter, answer["letter"]) for answer in answers.values() if answer]
    alone = [notice(no, job + 100, form) for job, (no, form) in enumerate([(here, "5"), (there, "5"), (here, "3")])]
    for one, other in zip(together, alone, strict=True):
        same = [{**issuing.document(letter), "number": ""} for letter in (one, other)]
        assert same[0] == same[1]
        assert (one.fields, one.unit, one.name) == (other.fields, other.unit, other.name)
    assert [letter.serial for letter in together + alone] == [1, 1, 1, 2, 2, 2]
    readings = db.session.scalars(select(Reading.reason).order_by(Reading.id)).all()
    assert len(readings) == 4  # form 3 opens nothing of a person
    assert many(payloads) == {}  # again: each is asked for alone, and is there
    assert db.session.scalar(select(func.count(Letter.id))) == 6
