"""The actions of this house, in the order pages offer them. Each starts the process that its message names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select

from engine.db import db
from engine.hotline.actions import Applies, action, in_progress
from engine.hotline.findings import APPEAL, DENIED
from engine.hotline.models import Matter, Order
from engine.models import Subscription

action(
    "supervise", "开具督办", "Open a supervision",
    message="supervise.requested", roles={"coordinator", "leader"}, correlation="either", applies=in_progress,
    process="supervise",
)  # fmt: skip


def awaited(message: str) -> Applies:
    """The matter waits for this message: sent earlier or later it would reach nobody."""

    def applies(order: Order, matter: Matter | None) -> bool:
        waits = exists().where(Subscription.name == message, Subscription.correlation == (matter and matter.matter_no))
        return bool(db.session.scalar(select(waits)))

    return applies


def _domain(order: Order, matter: Matter | None) -> dict[str, Any]:
    return {"domain": order.domain}


def _appeal(order: Order, matter: Matter | None) -> dict[str, Any]:
    appeal = {"trigger": APPEAL, "finding_a": matter and matter.fact_finding}
    return _domain(order, matter) | appeal | {"closed_before": matter is not None and matter.state != "in_progress"}


UNIT = {"operator", "handler", "reviewer", "leader"}
OFFICE = {"coordinator"}

action(
    "review", "发起会商", "Ask for a joint review",
    message="review.requested", roles=UNIT | OFFICE | {"section", "case_officer"}, applies=in_progress,
    process="joint_review", facts=_domain, adds=frozenset({"domain"}),
)  # fmt: skip
action(
    "dispute", "不属实申诉", "Appeal against “unfounded”",
    message="review.requested", roles=UNIT | OFFICE | {"clerk"}, process="joint_review", facts=_appeal,
    adds=frozenset({"domain", "trigger", "finding_a", "closed_before"}),
    applies=lambda order, matter: matter is not None and matter.fact_finding == DENIED,
)  # fmt: skip
action(
    "recusal", "申请回避", "Challenge the mediator",
    message="recusal.requested", roles=UNIT | {"clerk"}, applies=awaited("recusal.requested"),
)  # fmt: skip
action(
    "clue", "转违法线索", "Pass on a clue",
    message="tipoff.found", roles=UNIT, applies=awaited("tipoff.found"),
)  # fmt: skip
action(
    "withdrawal", "登记撤回", "Note a withdrawal",
    message="complaint.withdrawn", roles=UNIT | {"clerk"}, applies=awaited("complaint.withdrawn"),
)  # fmt: skip
action(
    "unreturn", "撤回退单", "Take a return back",
    message="return.withdrawn", roles=UNIT, applies=awaited("return.withdrawn"), own=True,
)  # fmt: skip
action(
    "odr", "登记在线和解结果", "Note the outcome of online settlement",
    message="odr.answered", roles=UNIT | OFFICE, applies=awaited("odr.answered"),
)  # fmt: skip
action(
    "prolong", "申请延长核查", "Ask for a longer check",
    message="check.extension", roles={"case_officer", "operator"}, applies=awaited("check.extension"),
)  # fmt: skip
