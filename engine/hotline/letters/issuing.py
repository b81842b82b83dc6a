"""Issuing a letter: numbered, sealed and recorded in one transaction, then drawn. The same key is the same letter.

Diagrams issue letters by the connector `notice`; people issue those whose template allows it, from an order's page.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline import privacy
from engine.hotline.letters import catalogue, composing, drawing, read_ahead
from engine.hotline.letters import facts as case_facts
from engine.hotline.letters.facts import Case
from engine.hotline.letters.models import Letter, LetterSerial
from engine.hotline.models import Matter, Order, Reading, Unit

log = logging.getLogger(__name__)

RETRIES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is composed and has no number yet: its row, its words, whether it is numbered and whose way."""

    row: dict[str, Any]
    document: composing.Document
    numbered: bool
    short: str


def _notices(payloads: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any] | None]:
    """Issue several letters in one transaction. What cannot be done together is left to `notice`, one by one."""
    keys = {f"job {job}": job for job in payloads}
    drafts: dict[int, Draft] = {}
    with read_ahead.cases(payloads.values()) as read:
        known = {keys[key] for key in db.session.scalars(select(Letter.key).where(Letter.key.in_(keys)))}
        for key, job in keys.items():
            payload = payloads[job]
            case = read.case(payload.get("order_no"), payload.get("matter_no"))
            if job in known or case is None:
                continue
            try:
                drafts[job] = _draft(case, str(payload["form_no"]), payload, key, "worker", _title(payload))
            except Exception as error:
                log.info("job %d goes alone: %s", job, error)
    if not drafts:
        return {}
    with transaction() as session:
        letters = _written(session, list(drafts.values()))
        answers = {job: _answer(letter) for job, letter in zip(drafts, letters, strict=True)}
    if current_app.config["SETTINGS"].draw_letters:
        for letter in letters:
            _draw(letter)
    return answers


@registry.connector("notice", "文书与告知", "Letters and notices", many=_notices)
def notice(payload: dict[str, Any], job_id: int) -> dict[str, Any] | None:
    """Issue the letter `form_no` about the matter or order of the payload, and draw it."""
    title = _title(payload)
    if payload.get("order_no") is None and not _is_matter(payload.get("matter_no")):
        log.info("job %d: %s is about no order; its unit reads it in the task", job_id, title)  # of a bulletin
        return {"letter": None}
    case = find(payload.get("order_no"), payload.get("matter_no"))
    letter = issue(case, str(payload["form_no"]), payload, key=f"job {job_id}", actor="worker", title=title)
    if current_app.config["SETTINGS"].draw_letters:
        _draw(letter)
    return _answer(letter)


def _title(payload: dict[str, Any]) -> str:
    return str(payload.get("title") or "")


def _answer(letter: Letter) -> dict[str, Any] | None:
    return {"letter": letter.id, "number": letter.number}


def _is_matter(number: Any) -> bool:
    return bool(number) and db.session.get(Matter, str(number)) is not None


def _draw(letter: Letter) -> None:
    """A machine without fonts has numbered and recorded the letter all the same; it is drawn when one opens it."""
    try:
        pdf(letter)
    except drawing.NoFont as error:
        log.error("letter %d is not drawn: %s", letter.id, error)


def find(order_no: Any, matter_no: Any) -> Case:
    """The case of a matter's or an order's number. Raises NotFound."""
    matter = db.session.get(Matter, str(matter_no)) if matter_no else None
    number = matter.order_no if matter else order_no
    order = db.session.scalars(select(Order).where(Order.order_no == str(number))).first()
    if order is None:
        raise errors.NotFound(f"there is no order {number}", zh=f"没有工单 {number}")
    return Case(order, matter)


def issue(case: Case, code: str, said: dict[str, Any], *, key: str, actor: str, title: str = "") -> Letter:
    """Issue a letter about a case. Raises Invalid for a letter that the case's rule version does not know."""
    known = _known(key)
    if known is not None:
        return known
    draft = _draft(case, code, said, key, actor, title)
    for _ in range(RETRIES):
        try:
            with transaction() as session:
                [letter] = _written(session, [draft])
        except IntegrityError as lost:  # another process was first, with this key or with the year's first number
            log.info("issuing again after %s", lost.orig)
            if (known := _known(key)) is not None:
                return known
        else:
            return letter
    raise errors.Unavailable()


def _known(key: str) -> Letter | None:
    return db.session.scalars(select(Letter).where(Letter.key == key)).first()


def _draft(case: Case, code: str, said: dict[str, Any], key: str, actor: str, title: str) -> Draft:
    form = catalogue.form(code, case.rule_version, title)
    unit, now = case_facts.issuer(case, form), clock.now()
    matter_no = case.matter.matter_no if case.matter else None
    words = case_facts.facts(case, form, said)
    document = composing.compose(form, words, day=case_facts.day_words(now), reference=matter_no or case.order.order_no)
    personal = ",".join(sorted(name for name, value in words["citizen"].items() if value))
    row = {
        "key": key, "order_id": case.order.id, "matter_no": matter_no, "form": form.code, "name": form.name,
        "rule_version": case.rule_version, "unit": unit.code, "year": clock.local(now).year, "fields": personal,
        "created_at": now, "created_by": actor,
    }  # fmt: skip
    return Draft(row, document, form.numbered, abbreviation(unit))


def abbreviation(unit: Unit) -> str:
    """What stands for an authority in the numbers of its letters, so that no two give the same: nothing for the city's
    bureau, 浦 for 浦东新区局, 热线 for 热线办."""
    if unit.kind == "bureau":
        return ""
    return unit.short[0] if unit.kind == "district" else unit.short.removeprefix("市").rstrip("局办")


def _written(session: Session, drafts: list[Draft]) -> list[Letter]:
    """Number, seal and store them, in their order, and note who opened which personal data for it."""
    serials = _serials(session, drafts)
    pattern: str = catalogue.settings()["number"]
    letters = []
    for draft in drafts:
        row, serial = draft.row, next(serials[draft.row["unit"], draft.row["year"]]) if draft.numbered else None
        number = pattern.format(year=row["year"], n=serial, short=draft.short) if serial else None
        said = orjson.dumps(draft.document | {"number": number or ""})
        letters.append(Letter(**row, serial=serial, number=number, document=_seal(said, row["key"], "document")))
        if row["fields"]:
            session.add(
                Reading(
                    order_id=row["order_id"], person=row["created_by"], fields=row["fields"],
                    reason=f"文书 {row['name']} {number or ''}".strip(), at=row["created_at"],
                )
            )  # fmt: skip
    session.add_all(letters)
    session.flush()
    return letters


def _serials(session: Session, drafts: list[Draft]) -> dict[tuple[str, int], Iterator[int]]:
    """Numbers by authority and year. Authorities are locked in one order, so that no two wait for each other."""
    wanted = Counter((draft.row["unit"], draft.row["year"]) for draft in drafts if draft.numbered)
    return {(unit, year): _next(session, unit, year, wanted[unit, year]) for unit, year in sorted(wanted)}


def _next(session: Session, unit: str, year: int, count: int) -> Iterator[int]:
    """The next numbers. The row stays locked until the letters are there, so a number that was given is never lost."""
    mine = (LetterSerial.unit == unit, LetterSerial.year == year)
    step = update(LetterSerial).where(*mine).values(last=LetterSerial.last + count).returning(LetterSerial.last)
    last = session.execute(step, execution_options={"synchronize_session": False}).scalar()
    if last is None:
        session.add(LetterSerial(unit=unit, year=year, last=count))
        session.flush()
        last = count
    return iter(range(last - count + 1, last + 1))


def document(letter: Letter) -> composing.Document:
    """What the letter says."""
    found: composing.Document = orjson.loads(privacy.unseal(letter.document, "letter", letter.key, "document"))
    return found


def pdf(letter: Letter) -> bytes:
    """The letter's file. It is drawn once, and kept with its hash; what was kept is checked against it."""
    if letter.pdf is None:
        drawn = drawing.pdf(document(letter), letter.created_at)
        sealed = _seal(drawn, letter.key, "pdf")
        kept = update(Letter).where(Letter.id == letter.id, Letter.pdf.is_(None))
        with transaction() as session:
            session.execute(kept.values(pdf=sealed, sha256=hashlib.sha256(drawn).digest()))
        db.session.refresh(letter, ["pdf", "sha256"])
    assert letter.pdf is not None
    opened = privacy.unseal(letter.pdf, "letter", letter.key, "pdf")
    if hashlib.sha256(opened).digest() != letter.sha256:
        raise privacy.SealBroken(f"letter {letter.id} is not what was kept")
    return opened


def word(letter: Letter) -> bytes:
    """The letter as a Word file, made anew from what it says."""
    return drawing.word(document(letter))


def _seal(content: bytes, key: str, column: str) -> bytes:
    return privacy.seal(content, "letter", key, column)


def unit_name(code: str) -> str:
    """The full name of an authority."""
    unit = db.session.get(Unit, code)
    return unit.name if unit else code
