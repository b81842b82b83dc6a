"""A made-up case, to look at a template without one: `flask letters preview`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from engine import clock
from engine.hotline.letters import catalogue, composing
from engine.hotline.letters.composing import Document

DAY = datetime(2026, 5, 12, 10, tzinfo=clock.SHANGHAI)
CITIZEN = {
    "name": "李样本", "phone": "13800000000", "address": "样本路1号", "email": "sample@example.org",
    "id_no": "310000200001010000", "content": "在样本商店购买的电水壶使用两天即漏水，商家拒绝退货。",
    "request": "退货并退还货款。",
}  # fmt: skip


def document(code: str, rule_version: int, said: dict[str, object] | None = None) -> Document:
    """What the letter says about the made-up case. Raises Invalid."""
    form = catalogue.form(code, rule_version)
    first = {key: next(iter(words.values()), "") for key, words in form.reasons.items()}
    reason = first["terminate_code" if code == "8" else "refuse_code"]
    empty = {"text": "（此处为经办人填写的内容。）", "until": "", "unit_name": "", "units_names": ""}
    facts = {
        "unit": "样本区市场监督管理局", "law": form.law, "reason": reason, "said": empty | (said or {}),
        "due": lambda code, start=None: "2026年5月20日",
        "citizen": {name: value if name in form.personal else None for name, value in CITIZEN.items()},
        "order": {
            "no": "SH20260511-000001", "subject": "电水壶漏水，商家拒绝退货", "source": "12345转办",
            "received": "2026年5月11日", "received_at": DAY, "amount": f"{Decimal('199.00')}元", "knew": "2026年5月9日",
            "anonymous": False, "keep_secret": False, "consent_public": True, "unit_name": "上海市市场监督管理局",
        },
        "target": {"name": "样本商店", "uscc": "91310000000000000X", "address": "样本路2号"},
        "matter": {
            "no": "SH20260511-000001-C1", "nature": "举报" if "举报" in form.natures else "投诉",
            "unit_name": "样本区市场监督管理局", "received": "2026年5月11日", "contacted": "已联",
            "fact_finding": "属实", "result": "实际解决",
        },
    }  # fmt: skip
    found = composing.compose(form, facts, day="2026年5月12日", reference="SH20260511-000001-C1")
    number = catalogue.settings()["number"].format(year=2026, n=1, short="样本区局")
    return found | {"number": number if form.numbered else ""}
