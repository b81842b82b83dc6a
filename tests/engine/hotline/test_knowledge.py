"""Entries are found, changed with what stood before kept, confirmed by their owner, and counted when used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import knowledge, organisation
from engine.hotline.models import Knowledge, KnowledgeUse
from engine.hotline.roles import Viewer
from engine.registry import Change
from tests.engine.hotline.test_projections import START

OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))
SECTION = Viewer("she", "310104", frozenset({"section"}))


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def write(viewer: Viewer = OFFICE, number: int | None = None, **fields: Any) -> int:
    filled = {"title": "小餐饮临时备案", "body": "到街道备案", "unit": "310104", "tags": "备案 餐饮", **fields}
    return knowledge.write(filled, viewer, number=number)


def found(**asked: Any) -> list[str]:
    return [entry.title for entry in knowledge.listed(**asked)]


def test_an_entry_is_found_by_any_of_its_words_and_its_category() -> None:
    write(category="证照")
    write(title="计量器具检定", body="到计量院", tags="衡器", category="计量")
    assert found(search="备案 街道") == ["小餐饮临时备案"]
    assert found(search="衡器") == ["计量器具检定"] == found(category="计量")
    assert found(search="备案", category="计量") == []
    assert knowledge.categories() == ["计量", "证照"]


def test_what_has_expired_is_not_among_the_valid_and_what_is_due_is_listed_apart() -> None:
    day = clock.today()
    write(title="过期", expires_on=day)
    write(title="到期复核", review_on=day)
    write(title="长期")
    with transaction() as session:
        session.query(Knowledge).filter_by(title="过期").update({"expires_on": day - timedelta(days=1)})
    assert sorted(found()) == ["到期复核", "长期"]
    assert found(state="expired") == ["过期"]
    assert found(state="due") == ["到期复核"]
    assert knowledge.counts() == {"valid": 2, "due": 1, "expired": 1, "draft": 0, "withdrawn": 0}
    states = {entry.title: knowledge.state_of(entry) for entry in db.session.query(Knowledge)}
    assert states == {"过期": "expired", "到期复核": "due", "长期": "valid"}


def test_a_change_keeps_what_stood_before_with_who_and_when() -> None:
    number = write()
    write(SECTION, number, body="网上备案", note="办法修订", version=1)
    now, [before] = knowledge.entry(number), knowledge.versions(number)
    assert (now.version, now.body, now.author, now.note) == (2, "网上备案", "she", "办法修订")
    assert (before.version, before.body, before.author) == (1, "到街道备案", "he")


def test_two_who_change_the_same_version_do_not_overwrite_each_other() -> None:
    number = write()
    write(number=number, body="一", version=1)
    with pytest.raises(errors.Conflict):
        write(number=number, body="二", version=1)
    assert knowledge.entry(number).body == "一"


def test_only_its_owner_and_the_office_change_an_entry() -> None:
    number = write()
    other = Viewer("it", "310115", frozenset({"operator"}))
    with pytest.raises(errors.FormInvalid):
        write(other)
    with pytest.raises(errors.Forbidden):
        write(other, number, unit="310115", version=1)
    with pytest.raises(errors.Forbidden):
        knowledge.withdraw(number, other, "过时")


def test_what_is_wrong_is_told_by_field_and_nobody_is_named_by_number() -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        write(title="", body="找王某13800138000", unit=None, expires_on=date(2020, 1, 1))
    assert set(refused.value.errors) == {"title", "body", "unit", "expires_on"}


def test_a_withdrawn_entry_is_read_with_its_reason_but_not_proposed() -> None:
    number = write()
    with pytest.raises(errors.FormInvalid):
        knowledge.withdraw(number, OFFICE, " ")
    knowledge.withdraw(number, OFFICE, "办法废止")
    assert found() == [] and found(state="withdrawn") == ["小餐饮临时备案"]
    assert knowledge.entry(number).note == "办法废止"


def told(seq: int = 5, **values: Any) -> Change:
    said = {"kb_title": "夜间施工", "kb_text": "由城管负责", "kb_expires": "2027-06-01", **values}
    return Change(
        7, "consult", "SH1-Q1", seq, START, "section-1", "task.completed", "add_knowledge", said, "running", None, ()
    )


def follow(*changes: Change) -> None:
    with transaction() as session:
        knowledge.follow(session.connection(), list(changes))


def test_what_a_task_says_becomes_a_draft_once_and_its_owner_confirms_it() -> None:
    follow(told())
    follow(told(), told(6, kb_text=""))
    [draft] = knowledge.listed(state="draft")
    assert (draft.title, draft.body, draft.author, draft.matter_no) == ("夜间施工", "由城管负责", "section-1", "SH1-Q1")
    assert draft.review_on == date(2027, 6, 1)
    assert found() == []
    knowledge.confirm(draft.id, OFFICE)
    assert found() == ["夜间施工"]
    assert knowledge.versions(draft.id)[0].author == "section-1"
    with pytest.raises(errors.Conflict):
        knowledge.confirm(draft.id, OFFICE)


def test_what_a_department_said_on_the_line_becomes_its_own_draft() -> None:
    said = {"kb_title": "标签日期", "kb_text": "见食品安全国家标准", "kb_expires": None, "transfer_unit": "BIZ-SP"}
    follow(
        Change(
            7, "warm_transfer", "SH1", 5, START, "seat", "task.completed", "add_knowledge", said, "running", None, ()
        )
    )
    [draft] = knowledge.listed(state="draft")
    assert (draft.title, draft.unit, draft.author, draft.matter_no) == ("标签日期", "BIZ-SP", "seat", "SH1")


def test_the_form_of_the_task_refuses_numbers_of_persons() -> None:
    assert set(knowledge.impersonal({"kb_title": "退费", "kb_text": "310101199001011234"}, {})) == {"kb_text"}
    assert knowledge.impersonal({"kb_title": "退费", "kb_text": "拨打12315"}, {}) == {}


def test_a_use_counts_once_for_each_task() -> None:
    number = write()
    for task in (1, 1, 2):
        knowledge.used(number, task, "li")
    assert knowledge.uses([number]) == {number: 2}
    assert {use.person for use in db.session.query(KnowledgeUse)} == {"li"}
    with pytest.raises(errors.NotFound):
        knowledge.used(number + 1, 1, "li")
