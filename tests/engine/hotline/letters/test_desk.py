"""Letters on an order's page: who reads which, issuing by hand, what was sent when and how."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import errors
from engine.db import db
from engine.hotline.letters import desk, issuing
from engine.hotline.letters.models import Delivery
from engine.hotline.models import Reading
from engine.hotline.roles import Viewer
from tests.engine.hotline.letters.conftest import NOW, MakeMatter
from tests.fonts import needs_font

pytestmark = needs_font


def viewer(*roles: str, unit: str = "310115") -> Viewer:
    return Viewer("-".join(roles), unit, frozenset(roles))


HANDLER, OFFICER, LEADER = viewer("handler"), viewer("case_officer"), viewer("leader")


def issued(matter_no: str, code: str) -> int:
    return issuing.issue(issuing.find(None, matter_no), code, {}, key=f"{matter_no} {code}", actor="worker").id


def test_taking_a_letter_out_is_a_reading(matter: MakeMatter) -> None:
    number = matter()
    order, letter = number[:-3], issued(number, "5")
    name, content = desk.take(order, letter, "pdf", HANDLER)
    assert name == f"沪浦市监〔2026〕第1号-{number}.pdf" and content.startswith(b"%PDF")
    assert desk.take(order, letter, "docx", HANDLER)[1].startswith(b"PK")
    readers = [(reading.person, reading.reason) for reading in db.session.scalars(select(Reading).order_by(Reading.id))]
    assert readers == [(who, "文书 投诉受理决定书 沪浦市监〔2026〕第1号") for who in ("worker", "handler", "handler")]


def test_an_informants_letter_is_kept_from_who_may_not_know_the_name(matter: MakeMatter) -> None:
    number = matter("举报")
    order, letter = number[:-3], issued(number, "10")
    for person in (HANDLER, LEADER):
        assert [view.readable for view in desk.of_order(order, person)] == [False]
        with pytest.raises(errors.Forbidden):
            desk.take(order, letter, "pdf", person)
    assert desk.take(order, letter, "pdf", OFFICER)
    auditor = viewer("auditor", unit="SH")
    assert desk.of_order(order, auditor)[0].readable is False
    with pytest.raises(errors.NotFound):
        desk.take(order, letter, "pdf", viewer("handler", unit="310101"))


def test_a_letter_of_another_order_is_not_found(matter: MakeMatter) -> None:
    mine, other = matter(), matter()
    with pytest.raises(errors.NotFound):
        desk.take(other[:-3], issued(mine, "5"), "pdf", HANDLER)
    with pytest.raises(errors.NotFound):
        desk.take(mine[:-3], issued(mine, "5"), "exe", HANDLER)


def test_people_issue_what_no_decision_of_the_diagram_stands_behind(matter: MakeMatter) -> None:
    number = matter()
    names = [offer.form.name for offer in desk.offers(number[:-3], HANDLER)]
    assert names == ["投诉登记表", "投诉/举报分送通知书"]
    with pytest.raises(errors.Forbidden):
        desk.issue(number[:-3], "5", number, "", HANDLER, key="k")  # a decision, which is the diagram's
    letter = desk.issue(number[:-3], "3", number, "登记表一份。", HANDLER, key="k")
    assert desk.issue(number[:-3], "3", number, "登记表一份。", HANDLER, key="k") == letter
    assert [view.name for view in desk.of_order(number[:-3], HANDLER)] == ["投诉/举报分送通知书"]


def test_the_old_rules_filing_notices_are_issued_by_hand_under_it_alone(matter: MakeMatter) -> None:
    old, new = matter("举报", rule_version=20), matter("举报")
    assert desk.issue(old[:-3], "20-10", old, "已立案。", OFFICER, key="k")
    with pytest.raises(errors.Invalid):
        desk.issue(new[:-3], "20-10", new, "已立案。", OFFICER, key="k")
    assert "20-10" not in {offer.form.code for offer in desk.offers(old[:-3], HANDLER)}  # it names the informant


def test_what_a_letter_asks_must_be_written(matter: MakeMatter) -> None:
    number = matter()
    for text in ("", "长" * 2001):
        with pytest.raises(errors.FormInvalid) as refused:
            desk.issue(number[:-3], "3", number, text, HANDLER, key="k")
        assert "text" in refused.value.errors


def test_deliveries_are_kept_in_order_and_their_receipts_sealed(matter: MakeMatter) -> None:
    number = matter()
    order, letter = number[:-3], issued(number, "8")
    for recipient, how in (("投诉人", "信函"), ("被投诉人", "短信")):
        desk.deliver(
            order, letter, HANDLER, recipient=recipient, sent_how=how, sent_at=NOW, receipt="本人 13800138000 签收"
        )
    [view] = desk.of_order(order, HANDLER)
    assert [(sent.recipient, sent.sent_how) for sent in view.deliveries] == [("投诉人", "信函"), ("被投诉人", "短信")]
    assert "签收" in view.deliveries[0].receipt and "13800138000" not in view.deliveries[0].receipt
    assert all("签收".encode() not in (row.receipt or b"") for row in db.session.scalars(select(Delivery)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("recipient", "路人"), ("sent_how", "信鸽"), ("sent_at", None), ("sent_at", NOW + timedelta(days=1)),
     ("sent_at", NOW - timedelta(days=1)), ("receipt", "长" * 501)],
)  # fmt: skip
def test_a_delivery_that_cannot_be_is_refused_by_field(matter: MakeMatter, field: str, value: object) -> None:
    number = matter()
    right = {"recipient": "投诉人", "sent_how": "信函", "sent_at": NOW, "receipt": ""}
    with pytest.raises(errors.FormInvalid) as refused:
        desk.deliver(number[:-3], issued(number, "5"), HANDLER, **(right | {field: value}))  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]


def test_who_only_looks_on_records_no_delivery(matter: MakeMatter) -> None:
    number = matter()
    with pytest.raises(errors.Forbidden):
        desk.deliver(
            number[:-3], issued(number, "5"), viewer("auditor"), recipient="投诉人", sent_how="信函", sent_at=NOW
        )


def test_the_register_shows_what_was_not_sent_and_only_what_one_may_know_of(matter: MakeMatter) -> None:
    mine, other = matter(), matter(unit="310101")
    first, second = issued(mine, "5"), issued(mine, "8")
    issued(other, "5")
    assert [row.id for row in desk.register(HANDLER).rows] == [second, first]
    desk.deliver(mine[:-3], first, HANDLER, recipient="投诉人", sent_how="电话", sent_at=NOW)
    assert [row.id for row in desk.register(HANDLER, unsent=True).rows] == [second]
    page = desk.register(HANDLER, limit=1)
    assert [(row.name, row.unit, row.sent_at) for row in page.rows] == [("投诉终止调解决定书", "浦东新区局", None)]
    assert [row.sent_at for row in desk.register(HANDLER, limit=1, after=page.next).rows] == [NOW]
    assert len(desk.register(viewer("coordinator", unit="HO")).rows) == 3
