"""Letters on an order's page: who sees which, taking one out (a reading), issuing by hand, recording delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.exc import IntegrityError

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import access, casefile, organisation, paging, privacy
from engine.hotline.letters import catalogue, facts, issuing
from engine.hotline.letters.catalogue import Form
from engine.hotline.letters.facts import Case
from engine.hotline.letters.models import Delivery, Letter
from engine.hotline.models import Matter, Order, Reading
from engine.hotline.paging import Page
from engine.hotline.roles import Viewer

HOW = ("互联网", "电话", "短信", "邮件", "信函")
RECIPIENTS = ("投诉人", "举报人", "被投诉人", "双方", "承办单位", "其他")
KINDS = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
LONGEST = 2000  # characters of what a person may write into a letter
SKEW = timedelta(minutes=5)  # clocks differ; later than that is the future


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery, opened."""

    recipient: str
    sent_at: datetime
    sent_how: str
    receipt: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter as lists show it; `readable` when this viewer may read what it says of people."""

    id: int
    number: str | None
    name: str
    form: str
    matter_no: str | None
    rule_version: int
    unit_name: str
    created_at: datetime
    created_by: str
    sha256: str | None
    readable: bool
    deliveries: list[Sent]


@dataclass(frozen=True, slots=True)
class Entry:
    """A letter in the register."""

    id: int
    order_no: str
    number: str | None
    name: str
    unit: str
    created_at: datetime
    sent_at: datetime | None  # the first time


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter this person may issue by hand about a case."""

    form: Form
    matter_no: str | None


def of_order(order_no: str, viewer: Viewer) -> list[LetterView]:
    """The letters of an order, oldest first. Raises NotFound."""
    order = casefile.visible(order_no, viewer)
    natures = casefile.natures_of(order)
    query = select(Letter).where(Letter.order_id == order.id, _open_to(viewer)).order_by(Letter.id)
    return [_view(letter, natures, viewer) for letter in db.session.scalars(query)]


def register(viewer: Viewer, *, unsent: bool = False, after: str | None = None, limit: int = 50) -> Page[Entry]:
    """The letters about orders that this person may know of, newest first. Raises Invalid for a wrong `after`."""
    sent = select(func.min(Delivery.sent_at)).where(Delivery.letter_id == Letter.id).scalar_subquery()
    columns = (Letter.id, Order.order_no, Letter.number, Letter.name, Letter.unit, Letter.created_at, sent)
    query = (
        select(*columns).join(Order, Order.id == Letter.order_id).where(access.visible_orders(viewer), _open_to(viewer))
    )
    if unsent:
        query = query.where(~exists().where(Delivery.letter_id == Letter.id))
    rows, following = paging.page(query, [Letter.id], after=after, limit=limit, newest=True)
    names = organisation.names()
    entries = [
        Entry(
            id=id_,
            order_no=order_no,
            number=number,
            name=name,
            unit=names.get(unit, unit),
            created_at=at,
            sent_at=first,
        )
        for id_, order_no, number, name, unit, at, first, _key in rows
    ]
    return Page(entries, following)


def one(order_no: str, letter_id: int, viewer: Viewer) -> LetterView:
    """One letter of an order. Raises NotFound."""
    order, letter = _letter(order_no, letter_id, viewer)
    return _view(letter, casefile.natures_of(order), viewer)


def take(order_no: str, letter_id: int, kind: str, viewer: Viewer) -> tuple[str, bytes]:
    """A letter's file and what to call it; the reading of personal data is recorded first.

    Raises NotFound, and Forbidden for who may not read every personal field in it.
    """
    order, letter = _letter(order_no, letter_id, viewer)
    if kind not in KINDS:
        raise errors.NotFound(f"no letter comes as {kind}")
    if not _may_read(letter, casefile.natures_of(order), viewer):
        raise errors.Forbidden("may not read this letter", zh="您无权查看这份文书")
    if letter.fields:
        reason = f"文书 {letter.name} {letter.number or ''}".strip()
        with transaction() as session:
            session.add(
                Reading(
                    order_id=order.id, person=viewer.name, fields=letter.fields, reason=reason, at=clock.now()
                )
            )  # fmt: skip
    content = issuing.pdf(letter) if kind == "pdf" else issuing.word(letter)
    return f"{letter.number or letter.name}-{letter.matter_no or order_no}.{kind}", content


def offers(order_no: str, viewer: Viewer) -> list[Offer]:
    """The letters this person may issue by hand about an order and its matters. Raises NotFound."""
    order = casefile.visible(order_no, viewer)
    if not viewer.roles & access.READS_STORY:
        return []
    natures = casefile.natures_of(order)
    open_to = access.readable(viewer, natures)
    matters = list(db.session.scalars(select(Matter).where(Matter.order_no == order_no).order_by(Matter.matter_no)))
    return [
        Offer(form, case.matter.matter_no if case.matter else None)
        for case in ([Case(order, matter) for matter in matters] or [Case(order, None)])
        for form in catalogue.forms(case.rule_version)
        if form.manual and facts.personal(case, form) <= open_to and _suits(form, case)
    ]


def issue(order_no: str, code: str, matter_no: str | None, text: str, viewer: Viewer, *, key: str) -> int:
    """Issue a letter by hand; its id. Raises NotFound, FormInvalid, Forbidden, and Invalid for one of another rule."""
    offered = {(each.form.code, each.matter_no): each.form for each in offers(order_no, viewer)}
    case = issuing.find(order_no, matter_no)
    if case.order.order_no != order_no:
        raise errors.NotFound(f"{matter_no} is no matter of {order_no}", zh="没有这个事项")
    form = catalogue.form(code, case.rule_version)
    if (code, matter_no) not in offered:
        raise errors.Forbidden(f"letter {code} is not issued by hand by this person", zh="您不能制作这种文书")
    if (form.asks and not text) or len(text) > LONGEST:
        english = {"text": [f"Must have 1 to {LONGEST} characters"]}
        raise errors.FormInvalid({"text": [f"请填写{form.asks}，不超过 {LONGEST} 字"]}, en=english)
    return issuing.issue(case, code, {"text": text}, key=f"{viewer.name} {key[:64]}", actor=viewer.name).id


def deliver(
    order_no: str, letter_id: int, viewer: Viewer, *, recipient: str, sent_how: str, sent_at: datetime | None,
    receipt: str = "",
) -> None:  # fmt: skip
    """Record that a letter was sent. Raises NotFound, Forbidden, FormInvalid by field."""
    _order, letter = _letter(order_no, letter_id, viewer)
    if not viewer.roles & access.READS_STORY:
        raise errors.Forbidden("may not record deliveries")
    now = clock.now()
    wrong = {
        "recipient": ["请选择收件人"] if recipient not in RECIPIENTS else [],
        "sent_how": ["请选择送达方式"] if sent_how not in HOW else [],
        "sent_at": _wrong_moment(sent_at, letter, now),
        "receipt": ["不超过 500 字"] if len(receipt) > 500 else [],
    }
    if any(wrong.values()) or sent_at is None:
        raise errors.FormInvalid({name: said for name, said in wrong.items() if said})
    for _ in range(issuing.RETRIES):
        try:
            with transaction() as session:
                counted = select(func.count()).where(Delivery.letter_id == letter_id)
                number = (session.scalar(counted) or 0) + 1
                sealed = privacy.encrypt(receipt, "letter_delivery", letter_id, number) if receipt else None
                session.add(
                    Delivery(
                        letter_id=letter_id, number=number, recipient=recipient, sent_at=sent_at, sent_how=sent_how,
                        receipt=sealed, recorded_by=viewer.name, recorded_at=now,
                    )
                )  # fmt: skip
            return
        except IntegrityError:
            continue
    raise errors.Unavailable()


def _wrong_moment(sent_at: datetime | None, letter: Letter, now: datetime) -> list[str]:
    if sent_at is None:
        return ["请填写送达时间"]
    if sent_at > now + SKEW:
        return ["送达时间晚于现在"]
    if clock.local(sent_at).date() < clock.local(letter.created_at).date():
        return ["送达时间早于文书日期"]
    return []


def _suits(form: Form, case: Case) -> bool:
    """A letter about one nature is for matters of it; one with the fate of a matter needs a matter."""
    nature = case.matter.nature if case.matter else case.order.nature_hint
    if form.natures:
        return nature in form.natures
    return case.matter is not None


def _letter(order_no: str, letter_id: int, viewer: Viewer) -> tuple[Order, Letter]:
    order = casefile.visible(order_no, viewer)
    query = select(Letter).where(Letter.id == letter_id, Letter.order_id == order.id, _open_to(viewer))
    letter = db.session.scalars(query).first()
    if letter is None:
        raise errors.NotFound(f"there is no letter {letter_id} of {order_no}", zh="没有这份文书")
    return order, letter


def _open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Letters of matters this person may know of: another authority sees those of what was transferred to it."""
    if not access.external(viewer):
        return true()
    return Letter.matter_no.in_(select(Matter.matter_no).where(access.visible_matters(viewer)))


def _may_read(letter: Letter, natures: list[str], viewer: Viewer) -> bool:
    """Who handles cases, and may read every personal field in the letter: an informant's name is kept from most."""
    return bool(viewer.roles & access.WORKING) and letter.personal <= access.readable(viewer, natures)


def _view(letter: Letter, natures: list[str], viewer: Viewer) -> LetterView:
    return LetterView(
        id=letter.id,
        number=letter.number,
        name=letter.name,
        form=letter.form,
        matter_no=letter.matter_no,
        rule_version=letter.rule_version,
        unit_name=issuing.unit_name(letter.unit),
        created_at=letter.created_at,
        created_by=letter.created_by,
        sha256=letter.sha256.hex() if letter.sha256 else None,
        readable=_may_read(letter, natures, viewer),
        deliveries=[_sent(each) for each in letter.deliveries],
    )


def _sent(each: Delivery) -> Sent:
    receipt = privacy.decrypt(each.receipt, "letter_delivery", each.letter_id, each.number) if each.receipt else ""
    return Sent(
        each.recipient, each.sent_at, each.sent_how, privacy.mask_text(receipt), each.recorded_by, each.recorded_at
    )
