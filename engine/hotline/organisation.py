"""The units of the bureau. Five levels, of which a municipality leaves the prefecture empty.

Codes of district bureaus are the districts' administrative codes, so that "which district" is "which bureau".
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CTE, Connection, literal, or_, select

from engine import clock
from engine.db import db, transaction
from engine.hotline.models import Duty, Substitution, Unit

NATIONAL, CITY, OFFICE = "SAMR", "SH", "HO"

DISTRICTS = {
    "310101": "黄浦", "310104": "徐汇", "310105": "长宁", "310106": "静安", "310107": "普陀", "310109": "虹口",
    "310110": "杨浦", "310112": "闵行", "310113": "宝山", "310114": "嘉定", "310115": "浦东新", "310116": "金山",
    "310117": "松江", "310118": "青浦", "310120": "奉贤", "310151": "崇明",
}  # fmt: skip
LINGANG, AIRPORTS = "LG", "JC"

# Two stations of each bureau, named after a sub-district or town of it.
STATIONS = {
    "310101": ("外滩", "豫园"), "310104": ("徐家汇", "漕河泾"), "310105": ("江苏路", "虹桥"),
    "310106": ("南京西路", "大宁路"), "310107": ("曹杨新村", "真如镇"), "310109": ("四川北路", "凉城新村"),
    "310110": ("五角场", "平凉路"), "310112": ("莘庄镇", "七宝镇"),
    "310113": ("友谊路", "大场镇"), "310114": ("嘉定镇", "安亭镇"),
    "310115": ("陆家嘴", "川沙新镇"), "310116": ("石化", "朱泾镇"), "310117": ("岳阳", "九亭镇"),
    "310118": ("夏阳", "徐泾镇"), "310120": ("南桥镇", "奉城镇"), "310151": ("城桥镇", "陈家镇"),
    LINGANG: ("南汇新城", "泥城"),
}  # fmt: skip

SECTIONS = {
    "BIZ-DJ": "注册许可", "BIZ-XY": "信用监管", "BIZ-SP": "食品安全", "BIZ-TS": "特种设备", "BIZ-ZL": "产品质量",
    "BIZ-JL": "计量标准", "BIZ-RZ": "认证检测", "BIZ-GG": "广告监管", "BIZ-JG": "价格监管", "BIZ-WJ": "网络交易",
    "BIZ-JZ": "竞争执法", "BIZ-XF": "消费权益", "BIZ-FG": "法规",
}  # fmt: skip

OTHERS = (  # code, name, short, kind: units of level 4 that answer for no district
    ("ZFZD", "上海市市场监督管理局执法总队", "执法总队", "enforcement"),
    (AIRPORTS, "上海市市场监督管理局机场分局", "机场分局", "district"),
    ("YJ", "上海市药品监督管理局", "市药监局", "agency"),
    ("ZC", "上海市知识产权局", "市知产局", "agency"),
    ("XBW", "上海市消费者权益保护委员会", "市消保委", "council"),
)


def _units() -> list[dict[str, object]]:
    def unit(code: str, name: str, short: str, level: int, parent: str | None, kind: str, district: str | None = None):
        return {
            "code": code, "name": name, "short": short, "level": level, "parent": parent, "kind": kind,
            "district": district,
        }  # fmt: skip

    units = [
        unit(NATIONAL, "国家市场监督管理总局", "总局", 1, None, "national"),
        unit(CITY, "上海市市场监督管理局", "市局", 2, NATIONAL, "bureau"),
        unit(OFFICE, "热线承办工作办公室", "热线办", 2, CITY, "office"),
    ]
    units += [unit(code, f"{name}处", f"{name}处", 2, CITY, "section") for code, name in SECTIONS.items()]
    bureaus = [(code, f"{name}区市场监督管理局", f"{name}区局", code) for code, name in DISTRICTS.items()]
    bureaus.append((LINGANG, "临港新片区市场监督管理局", "临港局", "310115"))
    units += [unit(code, name, short, 4, CITY, "district", district) for code, name, short, district in bureaus]
    units += [unit(code, name, short, 4, CITY, kind) for code, name, short, kind in OTHERS]
    for code, _name, short, district in bureaus:
        for number, place in enumerate(STATIONS[code], 1):
            station = f"{place}市场监管所"
            units.append(unit(f"{code}-{number:02}", f"{short}{station}", f"{place}所", 5, code, "station", district))
    return units


SHORT_NAMES = {str(unit["code"]): str(unit["short"]) for unit in _units()}  # for diagrams, which ask no database


def seed() -> int:
    """Enter the units that are missing; what an admin has changed stays. Returns how many are new."""
    with transaction() as session:
        known = set(session.scalars(select(Unit.code)))
        new = [Unit(**fields) for fields in _units() if fields["code"] not in known]
        for level in sorted({unit.level for unit in new}):  # parents first
            session.add_all(unit for unit in new if unit.level == level)
            session.flush()
    return len(new)


def units(kind: str | None = None) -> list[Unit]:
    """The active units, by level and code."""
    query = select(Unit).where(Unit.active).order_by(Unit.level, Unit.code)
    return list(db.session.scalars(query.where(Unit.kind == kind) if kind else query))


def names() -> dict[str, str]:
    """Short names by code, for lists."""
    return {row.code: row.short for row in db.session.execute(select(Unit.code, Unit.short))}


def below(code: str | None) -> CTE:
    """A query of the codes of this unit and all units under it, to be used with IN."""
    tree = select(literal(code, Unit.code.type).label("code")).cte("below", recursive=True)
    return tree.union(select(Unit.code).join(tree, Unit.parent == tree.c.code))


def above(code: str | None) -> list[str]:
    """This unit, the one over it, and so on; the hotline office, which looks after all of them, last."""
    parents = {row.code: row.parent for row in db.session.execute(select(Unit.code, Unit.parent))}
    found: list[str] = []
    while code and code in parents and code not in found:
        found.append(code)
        code = parents[code]
    return [*(unit for unit in found if unit != OFFICE), OFFICE]


def on_duty(unit: str, topic: str | None, at: datetime, connection: Connection | None = None) -> list[str]:
    """User names of who is on duty in a unit at an instant, whom to call first first; none when no roster says so.

    Who stands in the roster for that very topic comes before who is there for whatever comes; for somebody who is away
    that day comes who stands in. `connection`: for callers without a session of their own.
    """
    query = select(Duty.account).where(Duty.unit == unit, Duty.begins <= at, Duty.ends > at)
    query = query.where(or_(Duty.topic.is_(None), Duty.topic == topic))
    query = query.order_by(Duty.topic.is_(None), Duty.rank, Duty.begins, Duty.id)
    day = clock.local(at).date()
    standing = select(Substitution.absent, Substitution.substitute).where(Substitution.first <= day)
    asked = connection or db.session.connection()
    found = asked.execute(query).scalars().all()
    instead = dict(asked.execute(standing.where(Substitution.last >= day)).tuples().all()) if found else {}
    return list(dict.fromkeys(instead.get(person, person) for person in found))
