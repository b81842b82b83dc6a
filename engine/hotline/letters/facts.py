"""What a letter may say of a case. Personal data is opened only as far as the letter's template names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import clock, errors
from engine.db import db
from engine.hotline import access, casefile, deadlines, organisation, privacy
from engine.hotline.fields import SOURCES
from engine.hotline.letters.catalogue import Form
from engine.hotline.models import Matter, Order, Party, Unit

AUTHORITIES = frozenset({"bureau", "district", "enforcement", "agency", "council"})  # act in their own name
CITIZEN = tuple(privacy.MASKS) + tuple(sorted(access.STORY))


@dataclass(frozen=True, slots=True)
class Case:
    """The order, and the matter of it, that a letter is about."""

    order: Order
    matter: Matter | None
    natures: tuple[str, ...] = ()  # of all the order's matters, where they were read with it

    @property
    def rule_version(self) -> int:
        return (self.matter or self.order).rule_version


def authority(code: str) -> Unit:
    """The authority in whose name a unit writes: itself, or the first one above it that is one."""
    unit = db.session.get(Unit, code)
    while unit is not None and unit.kind not in AUTHORITIES and unit.parent:
        unit = db.session.get(Unit, unit.parent)
    if unit is None:
        raise errors.Invalid(f"there is no unit {code}", zh=f"没有单位 {code}")
    return unit


def issuer(case: Case, form: Form) -> Unit:
    """The authority that a letter of this form is from; the office writes about its own work in its own name."""
    office = db.session.get(Unit, organisation.OFFICE) if form.issuer == "office" else None
    if office is not None:
        return office
    handling = case.matter.unit if case.matter and form.issuer == "matter" else None
    return authority(handling or case.order.unit)


def personal(case: Case, form: Form) -> frozenset[str]:
    """The personal fields that a letter of this form gets.

    Who also informs is known to the other side only as far as mediation needs it (Order 121 art 37).
    """
    natures = case.natures or casefile.natures_of(case.order)
    informs_too = access.TIPOFF in natures and case.matter is not None and case.matter.nature != access.TIPOFF
    return form.personal & (access.CALL | access.STORY) if informs_too else form.personal


def facts(case: Case, form: Form, said: dict[str, Any]) -> dict[str, Any]:
    """The names that a template may use. `said` is what the diagram, or the person who issues it, hands over."""
    order, matter, now = case.order, case.matter, clock.now()
    wanted = personal(case, form)

    def due(code: str, start: datetime | None = None) -> str:
        """The day on which a clock ends."""
        return day_words(deadlines.deadline(code, start or now, case.rule_version).operational)

    return {
        "unit": issuer(case, form).name,
        "law": form.law,
        "due": due,
        "reason": _reason(form, said),
        "said": {"text": "", "until": "", "unit_name": "", "units_names": ""} | said | _names(said),
        "citizen": {name: _personal(order, name) if name in wanted else None for name in CITIZEN},
        "order": {
            "no": order.order_no,
            "subject": order.subject,
            "source": SOURCES.get(order.source, order.source),
            "received": day_words(order.received_at),
            "received_at": order.received_at,
            "amount": f"{order.amount}元" if order.amount is not None else "",
            "knew": day_words(order.knew_date),
            "anonymous": order.anonymous,
            "keep_secret": order.keep_secret,
            "consent_public": order.consent_public,
            "unit_name": authority(order.unit).name,
        },
        "target": {"name": order.target_name, "uscc": order.target_uscc, "address": order.target_address},
        "matter": {
            "no": matter.matter_no if matter else order.order_no,
            "nature": matter.nature if matter else order.nature_hint,
            "unit_name": authority((matter and matter.unit) or order.unit).name,
            "received": day_words((matter or order).received_at),
            "contacted": matter and matter.contacted,
            "fact_finding": matter and matter.fact_finding,
            "result": matter and matter.result,
        },
    }


def day_words(moment: datetime | date | None) -> str:
    """2026年5月12日, in Shanghai."""
    if moment is None:
        return ""
    day = clock.local(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def _reason(form: Form, said: dict[str, Any]) -> str:
    """The law's words for the number of a ground, where the diagram hands one over."""
    found = (words.get(str(said.get(key))) for key, words in form.reasons.items() if said.get(key) is not None)
    return next(filter(None, found), "")


def _names(said: dict[str, Any]) -> dict[str, str]:
    """Units are handed over by code."""

    def name(code: Any) -> str:
        unit = db.session.get(Unit, str(code))
        return unit.name if unit else str(code)

    units: Iterable[Any] = said.get("units") or ()
    return {
        "unit_name": name(said["unit"]) if said.get("unit") else "",
        "units_names": "、".join(map(name, units if isinstance(units, list) else [units])),
    }


def _personal(order: Order, name: str) -> str | None:
    if name in access.STORY:
        sealed = getattr(order, name)
        return privacy.decrypt(sealed, "work_order", order.id, name) if sealed else None
    sealed = getattr(db.session.get(Party, (order.id, 1)), name, None)
    return privacy.decrypt(sealed, "party", order.id, 1, name) if sealed else None
