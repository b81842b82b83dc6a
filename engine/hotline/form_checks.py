"""What the bureau knows and a form cannot check by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from engine import clock, registry
from engine.db import db
from engine.hotline import privacy, transfers
from engine.hotline.models import Matter, Order, Party, Review


@registry.form_check("intake/register")
def same_fact(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """An order that repeats another is closed by its number: the number must be one, and not its own."""
    number = str(values.get("duplicate_of") or "").strip()
    if not number:
        return {}
    own = str(known.get("order_no") or "")
    if number == own or number.startswith(f"{own}-"):
        return {"duplicate_of": ["不能填写本工单自己的编号"]}
    order = select(Order.id).where(Order.order_no == number)
    matter = select(Matter.matter_no).where(Matter.matter_no == number)
    if db.session.scalar(order) is None and db.session.scalar(matter) is None:
        return {"duplicate_of": [f"没有编号为“{number}”的工单或事项，请核对"]}
    return {}


@registry.form_check("intake/dispatch")
def report_later(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """A result is not reported before it is asked for, and nothing is sent off while its citizen is on the line."""
    day = values.get("report_by")
    early = day and date.fromisoformat(day) < clock.today()
    found = {"report_by": ["报告日期不应早于今天"]} if early else {}
    if transfers.on_the_line(str(known.get("order_no"))):
        found["handling_unit"] = ["三方通话还没有结束，结果可能改变去向，请等通话结束后再分派"]
    return found


# 监管领域 -> the laws of which one demands that a real-name informant is told (Order 121 art 36)
MUST_TELL = {
    "食品": ("食品安全法",),  # art 115
    "药械化": ("药品管理法", "医疗器械监督管理条例", "化妆品监督管理条例"),
    "标准": ("标准化法",),
}


@registry.form_check("tipoff/decide_filing")
def informant_told(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """Whoever informs by name where a law demands an answer is told; what has been found is not decided away."""
    if known.get("bound_finding") in ("属实", "部分属实") and values.get("notfile_code") == "19-1":
        return {"notfile_code": [f"事实认定已经改为“{known['bound_finding']}”，不能再以没有违法事实为由不予立案"]}
    laws = MUST_TELL.get(str(known.get("domain")), ())
    if not laws or known.get("real_name") != "实名" or values.get("notify_law") != "无":
        return {}
    return {"notify_law": [f"{known['domain']}领域的实名举报依法应当告知结果，请选{'、'.join(laws)}，不能选“无”"]}


REPORTS = ("complaint/closing_report", "tipoff/closing_report",
           "report_quality/rewrite_report", "report_quality/district_writes")  # fmt: skip
SIGNED = ("complaint/approve_report", "tipoff/approve_report")
SENT_BACK, TIMES = "退回修改", 2  # as often as the review of quality lets a report be mended; the office's own rule
TOLD = ("summary", "reply_points")  # what goes to the citizen, and by publication to the trader
NAMING = ("name", "phone", "id_no", "address", "email")


def unnamed(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """Who complains or informs stays out of texts that others read (Order 121 art 37).

    The sentence says neither what was found nor where, so that nobody learns a name by guessing.
    """
    texts = {field: "".join(str(values.get(field) or "").split()) for field in TOLD}
    query = select(Party).join(Order, Order.id == Party.order_id).join(Matter, Matter.order_no == Order.order_no)
    parties = (
        db.session.scalars(query.where(Matter.matter_no == str(known.get("matter_no")))) if any(texts.values()) else ()
    )
    words = [word for party in parties for word in _words(party)]
    found = [field for field, text in texts.items() if any(word in text for word in words)]
    return {field: ["写有当事人的个人信息，请删去（第37条）"] for field in found}


def _words(party: Party) -> list[str]:
    sealed = {field: getattr(party, field) for field in NAMING}
    clear = (
        privacy.decrypt(value, "party", party.order_id, party.number, field) for field, value in sealed.items() if value
    )
    return [word for text in clear if len(word := "".join(text.split())) > 1]


SOLVED, UNFOUNDED = "实际解决", "不属实"


def reported(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """A report names nobody, and does not say in one box what another denies."""
    found = unnamed(values, known)
    unfounded = (values.get("fact_finding") or known.get("bound_finding")) == UNFOUNDED
    if unfounded and values.get("result") == SOLVED:
        found["result"] = ["事实认定为“不属实”的，办理结果不能是“实际解决”，请选“解释说明”或核对事实认定"]
    if unfounded and values.get("reward_applies") == "是":
        found["reward_applies"] = ["事实认定为“不属实”的，不符合举报奖励"]
    return found


for _form in REPORTS:
    registry.form_check(_form)(reported)


def signed(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """What is signed names nobody. What goes back to its writer goes nowhere else, but not for ever."""
    if values.get("approve_decision") != SENT_BACK:
        return unnamed(values, known) | under_review("approve_decision", known)
    if int(known.get("approve_rounds") or 0) >= TIMES:
        return {"approve_decision": ["已经退回两次，请直接修改后签发"]}
    return {}


for _form in SIGNED:
    registry.form_check(_form)(signed)


def under_review(field: str, known: dict[str, Any]) -> dict[str, list[str]]:
    """What a joint review is about waits for it: its decision binds, and a closed matter could not follow it."""
    query = select(Review).where(Review.matter_no == str(known.get("matter_no")), Review.state == "open")
    review = db.session.scalars(query.order_by(Review.opened_at)).first()
    if review is None:
        return {}
    day = f"{clock.local(review.opened_at):%m月%d日}"
    return {field: [f"{day}提请的会商还没有决定（{review.question or review.trigger}），请等会商决定后再办"]}


def replied(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """The citizen is answered once."""
    return under_review("reply_mode", known)


ANSWERS = ("complaint/reply", "tipoff/reply", "consult/reply")
for _form in ANSWERS:
    registry.form_check(_form)(replied)


def waits(form: str, known: dict[str, Any]) -> bool:
    """Is there nothing to be done yet, whatever one answers: a joint review or a call comes first?"""
    if form == "intake/dispatch":
        return transfers.on_the_line(str(known.get("order_no")))
    return form in (*SIGNED, *ANSWERS) and bool(under_review("", known))


@registry.form_check("supervise/open_supervision")
def closed_already(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """Only what has been closed is assessed without urging anybody."""
    if values.get("matter_closed") != "是":
        return {}
    number = str(known.get("matter_no"))
    matter = select(Matter.matter_no).where(Matter.matter_no == number, Matter.state != "in_progress")
    order = select(Order.id).where(Order.order_no == number, Order.state == "closed")
    if db.session.scalar(matter) is None and db.session.scalar(order) is None:
        return {"matter_closed": ["事项尚未办结，不能直接评估"]}
    return {}


@registry.form_check("joint_review/open_review")
def apart(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """Two findings to choose from are two."""
    first, second = values.get("finding_a") or known.get("finding_a"), values.get("finding_b")
    return {"finding_b": ["两种方案的认定不能相同"]} if second and second == first else {}


@registry.form_check("joint_review/record_minutes")
def as_ruled(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """What a leader has ruled is what the minutes say, and the finding is that of the option."""
    ruled, option = known.get("leader_option"), values.get("review_option")
    if ruled and option != ruled:
        return {"review_option": [f"负责人已裁定为“{ruled}”，纪要应与裁定一致"]}
    findings = {"甲方案": known.get("finding_a"), "乙方案": known.get("finding_b")}
    finding = values.get("review_finding")
    if finding is None or not findings["甲方案"]:
        return {}
    if option in findings and finding != findings[option]:
        return {"review_finding": [f"{option}的认定是“{findings[option]}”，应与方案一致"]}
    if option not in findings and finding in findings.values():
        return {"review_finding": ["这是甲方案或者乙方案的认定，请选那一种方案"]}
    return {}


OWN_UNIT = {
    "return/final_review": "new_unit",
    "return/rule_return": "new_unit",
    "complaint/sign": "proposed_unit",
    "tipoff/sign": "proposed_unit",
}
SUPERVISED = "督办"


def elsewhere(field: str) -> registry.FormCheck:
    """What a unit returns does not go to that unit again: then nothing would have been returned. What was sent down
    under supervision is not returned at all."""

    def check(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
        if values.get("sign_decision") == "退单" and known.get("order_kind") == SUPERVISED:
            return {"sign_decision": ["督办件不得退单，请接单办理；承办单位有争议的，在工单页发起会商"]}
        own = known.get("unit")
        same = own is not None and values.get(field) == own
        return {field: ["这就是申请退单的单位，请选别的单位；由它办理的，不要退单、改派"]} if same else {}

    return check


for _form, _field in OWN_UNIT.items():
    registry.form_check(_form)(elsewhere(_field))
