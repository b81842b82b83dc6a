"""Joint reviews 会审会商: counting opinions, and the precedents 统一承办口径 that decisions leave behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from sqlalchemy import or_, select

from engine import feel, registry
from engine.db import db
from engine.hotline import access, organisation, wording
from engine.hotline.models import Matter, Order, Review
from engine.hotline.roles import Viewer
from engine.registry import Argument

A, B, ABSTAIN, RECUSED = "支持甲方案", "支持乙方案", "弃权", "回避"
OPTIONS = {A: "甲方案", B: "乙方案"}
STANCES = OPTIONS | {ABSTAIN: ABSTAIN, RECUSED: RECUSED}
QUORUM = (2, 3)  # two thirds of those who may vote; the office's own rule, no law says it


@registry.function(
    "tally", ("opinions", "invited"),
    "清点会商意见：decided 已过半数不必再等；majority 已收意见中有多数；leading 较多的方案；told 清点的文字",
    "count the opinions of a joint review: decided = nobody else can turn it, majority = most of those given agree,"
    " leading = the option with more votes, told = the count in words",
    arguments={"opinions": Argument(frozenset({"list"})), "invited": Argument(frozenset({"number", "list"}))},
    result="context",
)  # fmt: skip
def tally(opinions: Any, invited: Any) -> dict[str, Any]:
    """Count opinions (contexts with `unit` and `stance`) of the invited units, or of so many.

    Who recuses does not count as invited. A decision needs the quorum of the others; `decided` when one side has more
    than half of all who may vote, `majority` when it has more than half of the votes for either side. `leading` is the
    option with more votes, quorum or not: what a chair may decide by; null when neither has more.
    """
    given = opinions if isinstance(opinions, Sequence) and not isinstance(opinions, str) else []
    stances = Counter(str(opinion.get("stance")) for opinion in given if isinstance(opinion, Mapping))
    total = _number(invited)
    eligible = total - stances[RECUSED]
    received = stances.total() - stances[RECUSED]
    quorum = ceil(eligible * QUORUM[0] / QUORUM[1])
    votes = max(stances[A], stances[B])
    met = eligible > 0 and received >= quorum
    leading = OPTIONS[A] if stances[A] > stances[B] else OPTIONS[B] if stances[B] > stances[A] else None
    counted = {
        "eligible": eligible,
        "received": received,
        "quorum": quorum,
        "votes_a": stances[A],
        "votes_b": stances[B],
        "decided": met and 2 * votes > eligible,
        "majority": met and 2 * votes > stances[A] + stances[B],
        "leading": leading,
    }
    return counted | {"told": _told(given, invited, counted)}


def _number(invited: Any) -> int:
    try:
        return len(invited) if isinstance(invited, list) else int(invited)
    except (TypeError, ValueError):
        raise feel.Refusal(
            1,
            ("应邀单位应为列表或数字", "the invited units must be a list or a number"),
            ("写成 tally(opinions, reviewers)", "write tally(opinions, reviewers)"),
        ) from None


def _told(given: Sequence[Any], invited: Any, counted: Mapping[str, Any]) -> str:
    """Who said what, in words: everybody who works on the decision reads the same count."""
    units: dict[str, list[str]] = {stance: [] for stance in STANCES}
    for opinion in given:
        if isinstance(opinion, Mapping):
            units.setdefault(str(opinion.get("stance")), []).append(str(opinion.get("unit")))
    known = {unit for said in units.values() for unit in said}
    silent = [unit for unit in invited if unit not in known] if isinstance(invited, list) else []
    lines = [(STANCES.get(stance, stance), said) for stance, said in units.items()] + [("未出具", silent)]
    sides = "；".join(f"{name} {len(said)} 家{_names(said)}" for name, said in lines)
    quorum = "已达到" if counted["eligible"] > 0 and counted["received"] >= counted["quorum"] else "未达到"
    leads = f"较多的是{counted['leading']}" if counted["leading"] else "没有较多的一方"
    return (
        f"应参加 {counted['eligible']} 家（回避的不计），已收 {counted['received']} 家，"
        f"定足数 {counted['quorum']} 家，{quorum}。{sides}。{leads}。"
    )


def _names(units: Sequence[str]) -> str:
    return f"（{'、'.join(unit_name(unit) for unit in units)}）" if units else ""


@registry.function(
    "unit_name", ("code",), "承办单位的简称", "the short name of a unit",
    arguments={"code": Argument(frozenset({"string"}))},
    result="string",
)  # fmt: skip
def unit_name(code: Any) -> str:
    """The short name of a unit; an unknown code stands for itself."""
    return organisation.SHORT_NAMES.get(code, str(code))


def reviews(viewer: Viewer, *, search: str = "", state: str | None = None, limit: int = 200) -> list[Review]:
    """Joint reviews, newest first. The search looks at question, line, basis, tags, matter and order number.

    Those decided are known to all who work here: their line binds everybody, and names no person. Open ones are seen
    by who may see the order.
    """
    seen = select(Order.order_no).where(access.visible_orders(viewer))
    query = select(Review).where(or_(Review.state == "decided", Review.order_no.in_(seen)))
    said = (Review.question, Review.line, Review.basis, Review.tags, Review.domain)
    query = query.where(*wording.matches(search, (*said, Review.matter_no, Review.order_no)))
    if state:
        query = query.where(Review.state == state)
    return list(db.session.scalars(query.order_by(Review.opened_at.desc(), Review.instance_id.desc()).limit(limit)))


def visible_orders(numbers: set[str], viewer: Viewer) -> frozenset[str]:
    """Which of these orders this person may look at."""
    query = select(Order.order_no).where(Order.order_no.in_(numbers), access.visible_orders(viewer))
    return frozenset(db.session.scalars(query)) if numbers else frozenset()


def bound(matter: Matter) -> bool:
    """Has a joint review named who handles this matter? Then it may not be returned any more."""
    query = select(Review.instance_id).where(Review.matter_no == matter.matter_no, Review.state == "decided")
    return db.session.scalar(query.limit(1)) is not None
