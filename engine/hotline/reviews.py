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
QUORUM = (2, 3)  # two thirds of those who may vote; the office's own rule, no law says it


@registry.function(
    "tally", ("opinions", "invited"),
    "清点会商意见：decided 表示已过半数、不必再等；majority 表示已收意见中有多数",
    "count the opinions of a joint review: decided = nobody else can turn it, majority = most of those given agree",
    arguments={"opinions": Argument(frozenset({"list"})), "invited": Argument(frozenset({"number"}))},
    result="context",
)  # fmt: skip
def tally(opinions: Any, invited: Any) -> dict[str, Any]:
    """Count opinions (contexts with a `stance`) of so many invited units.

    Who recuses does not count as invited. A decision needs the quorum of the others; `decided` when one side has more
    than half of all who may vote, `majority` when it has more than half of the votes for either side.
    """
    given = opinions if isinstance(opinions, Sequence) and not isinstance(opinions, str) else []
    stances = Counter(str(opinion.get("stance")) for opinion in given if isinstance(opinion, Mapping))
    try:
        total = int(invited)
    except (TypeError, ValueError):
        raise feel.Refusal(
            1,
            ("应邀单位数应为数字", "the number of invited units must be a number"),
            ("写成 tally(opinions, count(reviewers))", "write tally(opinions, count(reviewers))"),
        ) from None
    eligible = total - stances[RECUSED]
    received = stances.total() - stances[RECUSED]
    quorum = ceil(eligible * QUORUM[0] / QUORUM[1])
    votes = max(stances[A], stances[B])
    met = eligible > 0 and received >= quorum
    return {
        "eligible": eligible,
        "received": received,
        "quorum": quorum,
        "votes_a": stances[A],
        "votes_b": stances[B],
        "decided": met and 2 * votes > eligible,
        "majority": met and 2 * votes > stances[A] + stances[B],
    }


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
