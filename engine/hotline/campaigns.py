"""Campaigns 专项 (非法加油点, 环保督察, 疫情 …): the office's own data. Orders are tagged by words, or by hand.

On intake an order is tagged whose subject or text has a word of a campaign that runs on the day of its receipt. A new
campaign, or new words, tag what has come in already. A tag that a person took off is not put on again by words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import orders, privacy
from engine.hotline.casefile import visible
from engine.hotline.models import Campaign, CampaignTag, Order
from engine.hotline.roles import Viewer
from engine.hotline.sheets import Sheet

ACTOR = "system"
PAGE = 1000  # orders read at once when what came in already is tagged

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
        session.add(found)
        session.flush()
        number = found.id
    _tag_past(number)
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


def _tag_past(number: int) -> None:
    """Tag the orders that came in before the campaign was written so."""
    found = campaign(number)
    query = select(Order.id, Order.subject, Order.content).where(Order.received_at >= clock.midnight(found.starts_on))
    if found.ends_on is not None:
        query = query.where(Order.received_at < clock.midnight(found.ends_on + timedelta(days=1)))
    last = 0
    while True:
        page = db.session.execute(query.where(Order.id > last).order_by(Order.id).limit(PAGE)).all()
        texts = ((row, privacy.decrypt(row.content, "work_order", row.id, "content")) for row in page)
        rows = [
            _tagging(found, row.id, words)
            for row, text in texts
            if (words := words_of(found, f"{row.subject}\n{text}"))
        ]
        _put(rows)
        if len(page) < PAGE:
            return
        last = page[-1].id


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
