"""What the diagram of the bulletin lets the worker do: freeze, take contests down, correct, publish.

Each is a connector and may be repeated with the same job id: the second time it finds what the first has done.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline.bulletin import counts as counting
from engine.hotline.bulletin import figures, freezing, report
from engine.hotline.bulletin.freezing import Correction
from engine.hotline.bulletin.models import Bulletin, BulletinContest
from engine.hotline.bulletin.periods import period
from engine.hotline.bulletin.schemes import read

Payload = dict[str, Any]

ACTOR = "worker"
ADOPTED, REFUSED = "采纳", "不采纳"
CHECKED = frozenset({"district", "enforcement", "agency", "council", "section"})  # kinds of units that check theirs


registry.message("bulletin.requested", ["period", "reason"], "要一期通报", "A bulletin is asked for")


@registry.connector("bulletin_freeze", "冻结通报数据", "Freezes a bulletin's figures")
def freeze(payload: Payload, job_id: int) -> Payload:
    """Count the `period` and keep it; the answer is the version, and what each unit shall check."""
    key, reason = str(payload["period"]), str(payload.get("reason") or "")
    return told(freezing.take(key, actor=ACTOR, reason=reason, job_id=job_id))


def told(bulletin: Bulletin) -> Payload:
    """A version as the diagram knows it."""
    counts = orjson.loads(bulletin.counts)
    built = report.build(counts)
    digest = [text for block in built.blocks if block.key != "basis" for text in block.paragraphs if text[0] != "（"]
    return {
        "bulletin": bulletin.id,
        "number": number(bulletin),
        "period": bulletin.period,
        "kind": period(bulletin.period).kind,
        "version": bulletin.version,
        "sha256": bulletin.sha256,
        "title": built.title[0],
        "digest": "\n".join(digest),
        "weak": figures.weak(counts),
        "parts": [
            {"unit": code, "name": unit["name"], "told": _told(unit["tally"], counts)}
            for code, unit in counts["units"].items()
            if unit["kind"] in CHECKED
        ],
    }


def number(bulletin: Bulletin) -> str:
    """What a version is called in messages and notices: TB-2019-1."""
    return f"TB-{bulletin.period}-{bulletin.version}"


def _told(tally: Payload, counts: Payload) -> str:
    numbers = "，".join(f"{name[0]} {tally[key]} 件" for key, name in counting.NAMES.items())
    rates = "，".join(f"{each.name[0]} {each.figure}" for each in figures.rates(tally, read(counts["scheme"])))
    return f"{numbers}。\n{rates}。"


@registry.connector("bulletin_contest", "登记通报数据异议", "Takes an objection to a bulletin's figure down")
def contest(payload: Payload, job_id: int) -> Payload:
    """Keep a unit's objection. Raises Invalid for a figure that is not counted."""
    if payload["figure"] not in counting.NAMES:
        raise errors.Invalid(f"{payload['figure']} is not counted", zh="没有这项数据")
    with transaction() as session:
        if session.get(BulletinContest, job_id) is None:
            row = BulletinContest(
                job_id=job_id,
                bulletin_id=payload["bulletin"],
                unit=payload["unit"],
                figure=payload["figure"],
                claimed=int(payload["claimed"]),
                reason=payload["reason"],
                at=clock.now(),
            )
            session.add(row)
    return {"contest": job_id}


@registry.connector("bulletin_contests", "汇总通报数据异议", "Gathers the objections to a bulletin's figures")
def gather(payload: Payload, job_id: int) -> Payload:
    """The objections to a version that nobody has ruled on, in the order they came."""
    bulletin = freezing.get(payload["bulletin"])
    units = orjson.loads(bulletin.counts)["units"]
    return {
        "contests": [
            {
                "number": f"{number(bulletin)}-{each.job_id}",
                "unit": each.unit,
                "figure": each.figure,
                "told": f"{units[each.unit]['name']}“{counting.NAMES[each.figure][0]}”"
                f" {units[each.unit]['tally'][each.figure]} 件，认为应为 {each.claimed} 件",
                "reason": each.reason,
            }
            for each in contests(bulletin.id)
            if each.ruling is None
        ]
    }


def contests(bulletin_id: int) -> list[BulletinContest]:
    """All objections to a version."""
    query = select(BulletinContest).where(BulletinContest.bulletin_id == bulletin_id)
    return list(db.session.scalars(query.order_by(BulletinContest.at, BulletinContest.job_id)))


@registry.connector("bulletin_correct", "按裁定更正通报数据", "Corrects a bulletin's figures as was ruled")
def correct(payload: Payload, job_id: int) -> Payload:
    """Note the rulings beside the objections; those adopted make a new version. The answer is as of `freeze`."""
    rulings = {int(each["number"].rpartition("-")[2]): each for each in payload.get("rulings") or ()}
    adopted = [
        Correction(each["unit"], each["figure"], int(each["ruled"]), each.get("note") or "")
        for each in rulings.values()
        if each["ruling"] == ADOPTED and each.get("ruled") is not None
    ]
    bulletin = freezing.get(payload["bulletin"])
    if adopted:
        bulletin = freezing.correct(bulletin.id, adopted, actor=ACTOR, reason="单位异议裁定", job_id=job_id)
    with transaction() as session:
        for key, each in rulings.items():
            row = session.get(BulletinContest, key)
            if row is not None and row.ruling is None:
                row.ruling, row.note, row.ruled_at = each["ruling"], each.get("note"), clock.now()
                row.ruled = each.get("ruled") if each["ruling"] == ADOPTED else None
    return told(bulletin)


@registry.connector("bulletin_publish", "印发通报", "Publishes a bulletin")
def publish(payload: Payload, job_id: int) -> Payload:
    """Let a version be the one that holds, with what people wrote to it."""
    texts = {block: str(payload[block]) for block in report.WRITTEN if payload.get(block)}
    signer = payload.get("signer")
    freezing.publish(payload["bulletin"], texts, signed_by=signer, public=bool(payload.get("public")))
    return {"published": True, "bulletin": payload["bulletin"]}
