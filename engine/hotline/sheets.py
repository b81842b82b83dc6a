"""What a form of the office says (knowledge, trainings, campaigns), read field by field; all errors at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from engine.db import db
from engine.errors import Wrongs
from engine.hotline import organisation, privacy
from engine.hotline.models import Unit
from engine.hotline.roles import Viewer

EVERY_UNIT = frozenset({"coordinator"})  # the hotline office keeps these lists for the whole bureau


def keeps(viewer: Viewer, unit: str | None) -> bool:
    """Does this person keep the lists of that unit: the office of every one, others of theirs and those below."""
    if viewer.roles & EVERY_UNIT:
        return True
    tree = select(organisation.below(viewer.unit).c.code)
    return unit is not None and bool(db.session.scalar(select(exists().where(Unit.code == unit, Unit.code.in_(tree)))))


def units(viewer: Viewer) -> list[Unit]:
    """The active units whose lists this person keeps."""
    tree = set(db.session.scalars(select(organisation.below(viewer.unit).c.code)))
    return [unit for unit in organisation.units() if viewer.roles & EVERY_UNIT or unit.code in tree]


class Sheet(Wrongs):
    """Reads the fields of one form; `done()` raises FormInvalid with the sentences by field, when there are any."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__()
        self.fields = fields

    def text(self, name: str, longest: int, *, needed: bool = False) -> str | None:
        """A text without telephone and identity numbers of persons."""
        text = str(self.fields.get(name) or "").strip()
        if needed and not text:
            self.wrong(name, "请填写", "Please fill this in")
        if len(text) > longest:
            self.wrong(
                name, f"最多 {longest} 字，现为 {len(text)} 字", f"At most {longest} characters, now {len(text)}"
            )
        if privacy.personal(text):
            self.wrong(name, "写有手机号或身份证号，请删去", "A mobile or identity number stands here; take it out")
        return text or None

    def words(self, name: str, longest: int, *, needed: bool = False) -> str | None:
        """Words parted by blanks, each once; commas of all kinds will do."""
        text = self.text(name, longest, needed=needed)
        for mark in "，,、；;\n\t":
            text = text.replace(mark, " ") if text else None
        return " ".join(dict.fromkeys(text.split())) if text else None

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """A date, as itself or as ISO text."""
        value = self.fields.get(name)
        if isinstance(value, date):
            return value
        if not value and needed:
            self.wrong(name, "请填写日期", "Please give a date")
        try:
            return date.fromisoformat(str(value)) if value else None
        except ValueError:
            self.wrong(name, "日期写成 2026-05-11", "Write the date as 2026-05-11")
            return None

    def unit(self, name: str, viewer: Viewer, *, needed: bool = False) -> str | None:
        """A unit whose lists this person keeps."""
        code = str(self.fields.get(name) or "").strip() or None
        if code is None and needed:
            self.wrong(name, "请选择单位", "Please choose a unit")
        if code is not None and not keeps(viewer, code):
            self.wrong(name, "只能选择本单位及下级单位", "Choose your own unit or one below it")
        return code
