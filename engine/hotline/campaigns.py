"""Campaigns 专项 (非法加油点, 环保督察, 疫情 …): the office's own data. Orders are tagged by words, or by hand.

On intake an order is tagged whose subject or text has a word of a campaign that runs on the day of its receipt. A new
campaign, or new words, tag what has come in already: a page of it at once, the rest by the worker, which also reads
again what a crash has kept from being tagged on intake. A campaign knows up to which order it was read (`read_to`), so
nothing is left out and nothing is looked for twice. A tag that a person took off is not put on again by words.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import orders, privacy
from engine.hotline.casefile import visible
from engine.hotline.models import Campaign, CampaignTag, Order
from engine.hotline.roles import Viewer
from engine.hotline.sheets import Sheet

log = logging.getLogger(__name__)

ACTOR = "system"
PAGE = 1000  # orders read at once when what came in already is tagged
SPELL = 5.0  # seconds that the worker reads at a time

Tagging = dict[str, Any]


def listed() -> list[Campaign]:
    """All campaigns, those that began last first."""
    return list(db.session.scalars(select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.id.desc())))


def running(campaign: Campaign, day: date | None = None) -> bool:
    """Does it run on that day (default: today)?"""
    day = day or clock.today()
    return campaign.starts_on <= day and (campaign.ends_on is None or day <= campaign.ends_on)


def campaign(number: int) -> Campaign:
    """One campaign. Raises NotFound."""
    found = db.session.get(Campaign, number)
    if found is None:
        raise errors.NotFound(f"there is no campaign {number}", zh="没有这个专项")
    return found


def write(fields: Mapping[str, Any], viewer: Viewer, *, number: int | None = None) -> int:
    """A new campaign, or another wording of one; tags what has come in already. Returns its number.

    Raises FormInvalid by field, NotFound.
    """
    sheet = Sheet(fields)
    values: dict[str, Any] = {
        "name": sheet.text("name", 40, needed=True),
        "words": sheet.words("words", 500, needed=True),
        "starts_on": sheet.day("starts_on", needed=True),
        "ends_on": sheet.day("ends_on"),
        "unit": sheet.unit("unit", viewer, needed=True),
        "note": sheet.text("note", 500),
    }
    if any(len(word) < 2 for word in (values["words"] or "").split()):
        sheet.wrong("words", "每个词至少两个字", "Each word has at least two characters")
    if values["ends_on"] and values["starts_on"] and values["ends_on"] < values["starts_on"]:
        sheet.wrong("ends_on", "结束日期早于开始日期", "It ends before it begins")
    same = select(Campaign.id).where(Campaign.name == values["name"], Campaign.id != (number or 0))
    if db.session.scalar(same) is not None:
        sheet.wrong("name", "已有同名专项", "There is a campaign of this name")
    sheet.done()
    with transaction() as session:
        found = campaign(number) if number is not None else Campaign()
        for name, value in (values | {"changed_by": viewer.name, "changed_at": clock.now()}).items():
            setattr(found, name, value)
        found.read_to = (session.scalar(select(func.min(Order.id)).where(*_within(found))) or 1) - 1
        session.add(found)
        session.flush()
        number = found.id
    _read_on(number)
    return number


# -- tagging -------------------------------------------------------------------------------------------------------


def words_of(campaign: Campaign, text: str) -> list[str]:
    """The words of a campaign that stand in a text."""
    low = text.lower()
    return [word for word in campaign.words.split() if word.lower() in low]


@orders.on_arrival
def take(arrived: Sequence[orders.Arrival]) -> None:
    """New orders, as (row, fields in clear). The text is read here and not kept."""
    found = listed()
    rows = [
        _tagging(each, row["id"], words)
        for row, values in arrived
        for each in found
        if running(each, clock.local(row["received_at"]).date())
        and (words := words_of(each, f"{row['subject']}\n{values['content']}"))
    ]
    _put(rows)


def _tagging(campaign: Campaign, order_id: int, words: Iterable[str]) -> Tagging:
    said = " ".join(words)
    return {"campaign_id": campaign.id, "order_id": order_id, "words": said, "by": ACTOR, "at": clock.now()}


def _put(rows: Sequence[Tagging]) -> None:
    """Tags that are not there yet; those taken off by hand are there, and stay off."""
    if not rows:
        return
    with transaction() as session:
        query = select(CampaignTag.campaign_id, CampaignTag.order_id)
        query = query.where(CampaignTag.order_id.in_({row["order_id"] for row in rows}))
        known = set(session.execute(query).tuples())
        new = [row for row in rows if (row["campaign_id"], row["order_id"]) not in known]
        if new:
            session.execute(insert(CampaignTag), new)


def read_on(seconds: float = SPELL) -> int:
    """Go on with what no campaign has read yet, for so long; returns how many orders were read. For the worker.

    When there is nothing, that is one look at the campaigns and one at the newest orders.
    """
    end, read = time.monotonic() + seconds, 0
    for number in db.session.scalars(select(Campaign.id).order_by(Campaign.id)).all():
        while time.monotonic() < end and (page := _read_on(number)):
            read += page
    return read


def left(found: Campaign) -> int:
    """How many of the orders of its days are still to be read."""
    query = select(func.count()).select_from(Order).where(*_within(found), Order.id > found.read_to)
    settled = Order.registered_at < clock.now() - orders.GRACE
    waits = select(Order.id).where(*_within(found), Order.id > found.read_to, settled).limit(1)
    return (db.session.scalar(query) or 0) if db.session.scalar(waits) is not None else 0


def _within(found: Campaign) -> list[ColumnElement[bool]]:
    """Orders that came in on its days."""
    days = [Order.received_at >= clock.midnight(found.starts_on)]
    if found.ends_on is not None:
        days.append(Order.received_at < clock.midnight(found.ends_on + timedelta(days=1)))
    return days


def _read_on(number: int) -> int:
    """Read the next page of orders for a campaign and tag them; returns how many it may leave behind.

    An order is stored before it is shown to `take`: those that are young may still be on their way there, so they are
    tagged (once is enough) but not left behind. Order numbers come in the order of their transactions.
    """
    found = campaign(number)
    same = (Campaign.id == number, Campaign.words == found.words, Campaign.read_to == found.read_to)  # not written anew
    settled = clock.now() - orders.GRACE
    query = select(Order.id, Order.subject, Order.content, Order.received_at, Order.registered_at)
    page = db.session.execute(query.where(Order.id > found.read_to).order_by(Order.id).limit(PAGE)).all()
    _put([
        _tagging(found, row.id, said)
        for row in page
        if running(found, clock.local(row.received_at).date()) and (said := words_of(found, _text(row)))
    ])  # fmt: skip
    done = [row.id for row in page if clock.aware(row.registered_at) < settled]
    if done:
        with transaction() as session:
            session.execute(update(Campaign).where(*same).values(read_to=done[-1]))
    db.session.rollback()
    return len(done)


def _text(row: Any) -> str:
    try:
        return f"{row.subject}\n{privacy.decrypt(row.content, 'work_order', row.id, 'content')}"
    except privacy.SealBroken:
        log.exception("the text of order %d does not open; its subject is read for campaigns", row.id)
        return str(row.subject)


def of_order(order_id: int) -> list[tuple[Campaign, CampaignTag]]:
    """The campaigns an order belongs to, with why."""
    query = select(Campaign, CampaignTag).join(CampaignTag, CampaignTag.campaign_id == Campaign.id)
    query = query.where(CampaignTag.order_id == order_id, CampaignTag.removed_at.is_(None)).order_by(Campaign.name)
    return [row._tuple() for row in db.session.execute(query)]


def tag(order_no: str, number: int, viewer: Viewer) -> None:
    """Put an order into a campaign by hand. Raises NotFound for an order this person may not see."""
    order, found = visible(order_no, viewer), campaign(number)
    with transaction() as session:
        row = session.get(CampaignTag, (found.id, order.id))
        if row is None:
            session.add(CampaignTag(campaign_id=found.id, order_id=order.id, by=viewer.name, at=clock.now()))
        elif row.removed_at is not None:
            row.words, row.by, row.at, row.removed_by, row.removed_at = None, viewer.name, clock.now(), None, None


def untag(order_no: str, number: int, viewer: Viewer) -> None:
    """Take an order out of a campaign. Raises NotFound for an order this person may not see."""
    order = visible(order_no, viewer)
    with transaction() as session:
        row = session.get(CampaignTag, (number, order.id))
        if row is not None and row.removed_at is None:
            row.removed_by, row.removed_at = viewer.name, clock.now()
