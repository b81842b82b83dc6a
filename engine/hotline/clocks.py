"""The clocks of law and of service, as data: how long, in what measure, from when, by which article.

A clock whose figure differs between the two rules has one row for each; a row without rule holds for both.
Figures marked 本局内控 are the bureau's own and may be changed here without asking a lawyer; the others may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine import errors


class Measure(StrEnum):
    """What a clock counts in."""

    WORKING_DAY = "工作日"
    DAY = "日"
    WORKING_HOUR = "工作小时"
    HOUR = "小时"
    MINUTE = "分钟"
    YEAR = "年"


class Roll(StrEnum):
    """What happens when a period of calendar days ends on a day of rest."""

    STATUTORY = "statutory"  # after a statutory holiday it ends on the next day; a plain weekend does not move it
    REST_DAYS = "rest_days"  # any day of rest moves it to the next working day
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of the ordinance on complaints and tip-offs, and the days it is in force."""

    version: int
    zh: str
    since: date
    until: date | None


RULES = (
    # Cases from before 2020 are counted by it too: it is the oldest version the house knows.
    Rule(20, "市场监督管理投诉举报处理暂行办法（总局令第20号）", date(2020, 1, 1), date(2026, 4, 14)),
    Rule(121, "市场监督管理投诉举报处理办法（总局令第121号）", date(2026, 4, 15), None),
)
VERSIONS = {rule.version: rule for rule in RULES}


def rule_version(day: date) -> int:
    """The version of the ordinance that a case of this day is handled by: 20 or 121 (art 46)."""
    return 121 if day >= VERSIONS[121].since else 20


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. `statutory` tells a period of law from one of service; `extension` is what a head may add once.

    `origin` names the time of the matter it counts from, where that is not the moment the flow starts it.
    """

    code: str
    zh: str
    value: int
    measure: Measure
    starts: str
    article: str
    rule: int | None = None
    statutory: bool = False
    pausable: bool = False
    extension: int = 0
    roll: Roll = Roll.STATUTORY
    origin: str | None = None  # received_at dispatched_at

    @property
    def since(self) -> date | None:
        return VERSIONS[self.rule].since if self.rule else None

    @property
    def until(self) -> date | None:
        return VERSIONS[self.rule].until if self.rule else None


WD, D, WH, H, MIN, Y = (
    Measure.WORKING_DAY,
    Measure.DAY,
    Measure.WORKING_HOUR,
    Measure.HOUR,
    Measure.MINUTE,
    Measure.YEAR,
)

# Where a figure comes from when no rule of law gives it.
BULLETIN = "沪市监办发〔2020〕337号 限时办理“1、5、13”"
REVIEWS = "沪府办发〔2019〕20号 好差评；沪市监办发〔2020〕337号"
HOUSE = "本局内控（无外部文件）"
CITY = "本市热线规定，参见青夏街〔2022〕22号、浦南办〔2024〕20号"

CATALOGUE = (
    Clock("C01", "先行联系", 1, WD, "派单至承办单位", BULLETIN, origin="dispatched_at"),
    Clock("C02", "咨询、意见建议答复", 1, WD, "派单", CITY, origin="dispatched_at"),
    Clock("C03", "一般求助、投诉办结", 5, WD, "派单", BULLETIN, extension=15, origin="dispatched_at"),
    # 13 = the city's 15 less two working days kept for the bureau's own review.
    Clock("C04", "疑难复杂事项办结（内控）", 13, WD, "派单", BULLETIN, extension=15, origin="dispatched_at"),
    Clock("C04M", "疑难复杂事项办结（市级）", 15, WD, "派单", CITY, extension=15, origin="dispatched_at"),
    Clock("C05", "督办、回访复核、再次处置", 3, WD, "督办单发出", CITY),
    Clock("C06", "退单申请", 1, WD, "派单", HOUSE),
    Clock("C06F", "退单终审", 4, WH, "初审通过", HOUSE),
    Clock("C07", "延期", 15, WD, "批准延期", HOUSE),
    Clock("C08", "投诉受理决定", 7, WD, "收到投诉", "第14条", rule=20, statutory=True, origin="received_at"),
    Clock("C08", "投诉受理决定", 7, WD, "收到投诉", "第15条", rule=121, statutory=True, origin="received_at"),
    Clock("C09", "限期提供身份证明", 3, WD, "发出通知书", HOUSE, rule=20),
    Clock("C09", "限期提供身份证明", 3, WD, "发出通知书", f"第10条，天数为{HOUSE}", rule=121),
    Clock("C10", "调解", 45, WD, "受理投诉", "第21条", rule=20, statutory=True, pausable=True),
    Clock("C10", "调解", 60, D, "受理投诉", "第23条；消保法实施条例第46条", rule=121, statutory=True, pausable=True),
    Clock("C11", "告知终止调解", 7, WD, "作出终止调解决定", "第21条", rule=20, statutory=True),
    Clock("C11", "告知终止调解", 7, WD, "作出终止调解决定", "第23条", rule=121, statutory=True),
    Clock(
        "C12", "举报核查及立案决定", 15, WD, "收到举报或发现线索", "行政处罚程序规定第18条",
        statutory=True, pausable=True, extension=15, origin="received_at",
    ),
    Clock("C13", "告知举报人是否立案", 5, WD, "作出立案决定", "第31条", rule=20, statutory=True),
    Clock(
        "C14", "企业公示信息虚假举报核查处理", 20, WD, "收到举报", "企业信息公示暂行条例第13条",
        statutory=True, origin="received_at",
    ),
    Clock(
        "C15", "行政处罚决定", 90, D, "立案", "行政处罚程序规定第64条",
        statutory=True, pausable=True, extension=30,
    ),
    Clock("C16", "管辖争议协商", 7, WD, "发生争议", "行政处罚程序规定第13、16条", statutory=True),
    Clock("C17", "分送、分派", 1, WD, "登记", f"总局令第121号第41条“及时”，天数为{HOUSE}", origin="received_at"),
    Clock("C17S", "安全类分派", 2, WH, "登记", HOUSE, origin="received_at"),
    Clock("C18", "差评办结", 5, WD, "派单", REVIEWS, origin="dispatched_at"),
    Clock("C18C", "差评当日联系", 0, D, "派单", REVIEWS, roll=Roll.NONE, origin="dispatched_at"),
    Clock("C19", "经营者在线自行和解", 10, WD, "推送经营者", "12315平台规则"),
    Clock("C20", "短信等渠道响应", 3, MIN, "市民接入", "GB/T 33358-2016"),
    Clock("C21", "特种设备事故单位报告", 1, H, "事故发生", "特种设备事故报告和调查处理规定", statutory=True),
    Clock("C21L", "特种设备事故逐级上报", 2, H, "接到报告", "特种设备事故报告和调查处理规定", statutory=True),
    Clock("C21E", "特种设备事故系统录入", 24, H, "接到报告", "特种设备事故报告和调查处理规定", statutory=True),
    Clock("C22", "投诉时效", 3, Y, "知道或应当知道权益受损", "第15条", rule=20, statutory=True, roll=Roll.NONE),
    Clock("C22", "投诉时效", 3, Y, "知道或应当知道权益受损", "第16条", rule=121, statutory=True, roll=Roll.NONE),
)  # fmt: skip

_BY_CODE = {
    (clock.code, rule.version): clock for clock in CATALOGUE for rule in RULES if clock.rule in (None, rule.version)
}
CODES = frozenset(clock.code for clock in CATALOGUE)


def exists(code: str, version: int) -> bool:
    """Is there a clock of this code under this version of the ordinance?"""
    return (code, version) in _BY_CODE


def clock(code: str, version: int) -> Clock:
    """The clock of this code under a version of the ordinance. Invalid when either is unknown or it was dropped."""
    found = _BY_CODE.get((code, version))
    if found is None:
        if version not in VERSIONS:
            raise errors.Invalid(
                f"there is no rule version {version}; known are 20 and 121", zh=f"没有规则版本 {version}"
            )
        if code not in CODES:
            raise errors.Invalid(f"there is no clock {code}", zh=f"没有编号为 {code} 的时限")
        raise errors.Invalid(
            f"clock {code} does not exist under rule {version}", zh=f"规则 {version} 下没有时限 {code}"
        )
    return found
