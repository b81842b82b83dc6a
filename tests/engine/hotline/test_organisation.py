"""The tree of units."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from engine.db import db, transaction
from engine.hotline import organisation
from engine.hotline.models import Unit


def test_seeding_twice_adds_nothing_and_keeps_what_was_changed(app: Flask) -> None:
    first = organisation.seed()
    with transaction() as session:
        session.get_one(Unit, "JC").name = "改名的分局"
    assert (organisation.seed(), db.session.scalar(select(func.count(Unit.code)))) == (0, first)
    assert db.session.get_one(Unit, "JC").name == "改名的分局"


def test_every_bureau_has_stations_and_the_prefecture_level_is_empty(app: Flask) -> None:
    organisation.seed()
    bureaus = [unit.code for unit in organisation.units("district")]
    assert len(bureaus) == 18  # 16 districts, Lingang, the airports
    stations = organisation.units("station")
    for code in bureaus:
        assert sum(station.parent == code for station in stations) == (0 if code == "JC" else 2)
    assert {unit.level for unit in organisation.units()} == {1, 2, 4, 5}
    assert {"HO", "ZFZD", "YJ", "ZC", "XBW", "LG"} <= set(organisation.names())


def test_below_is_the_unit_itself_and_everything_under_it(app: Flask) -> None:
    organisation.seed()

    def below(code: str | None) -> set[str]:
        return set(db.session.scalars(select(organisation.below(code).c.code)))

    assert below("310104") == {"310104", "310104-01", "310104-02"}
    assert below("310104-01") == {"310104-01"}
    assert {"HO", "310101", "310101-02", "XBW"} <= below("SH")
    assert "SAMR" not in below("SH")
    assert (
        db.session.scalars(select(Unit.code).where(Unit.code.in_(select(organisation.below(None).c.code)))).all() == []
    )
