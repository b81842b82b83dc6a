"""Year-sized mass incidents to rehearse with: the bulletin's 2019 cases, with arrival curves drawn from a seed.

The bulletin prints how many complaints each trader had in the year, not when they came. A trader that closes down has a
few ordinary complaints before, a rush that doubles within days when its doors are shut, and a tail that fades.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from engine.clock import SHANGHAI
from engine.hotline.incidents_mass.replay import Message


@dataclass(frozen=True, slots=True)
class Case:
    """A trader with its complaints of the year; when its doors were shut; the weeks in which half of the rest come."""

    trader: str
    orders: int
    shut: datetime
    half_weeks: float
    matter: tuple[str, ...]


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


CASES = (
    Case("开心豆", 3350, _day("2019-03-11"), 4.0, ("早教课程", "课时费", "会员卡")),
    Case("韦博英语", 1135, _day("2019-09-30"), 0.8, ("英语课程", "学费", "分期贷款")),
    Case("明翼文化", 612, _day("2019-05-20"), 3.0, ("培训课程", "学费", "课时费")),
)

_SUBJECT = (
    "{t}关门跑路，要求退还{m}", "{t}门店突然停业{m}退费难", "投诉{t}失联不退{m}", "{t}人去楼空，{m}怎么办",
    "{t}拒不退{m}", "{t}{p}校区关门，{m}无法退还", "要求{t}退{m}",
)  # fmt: skip
_TEXT = "本人在{t}{p}店购买{m}，合同金额{a}元，{d}。门店已关门，负责人失联，电话无人接听，要求退还剩余费用{r}元。"
_DETAIL = ("剩余课时较多", "孩子只上了几次课", "办卡不到三个月", "合同期还有一年", "上月刚续费")
_QUIET = ("{t}{p}店约课困难", "咨询{t}退课流程", "{t}{p}店更换老师未告知")
_PLACES = (
    "徐家汇",
    "五角场",
    "莘庄",
    "七宝",
    "大宁",
    "真如",
    "张江",
    "周浦",
    "安亭",
    "九亭",
    "川沙",
    "金桥",
    "虹口足球场",
)
_KINDS = (
    "超市",
    "健身房",
    "餐饮店",
    "干洗店",
    "药店",
    "理发店",
    "家具店",
    "眼镜店",
    "宠物店",
    "花店",
    "茶馆",
    "修车厂",
)
_ILLS = (
    "食品过期", "预付卡到期不给用", "价格标示不清", "洗坏衣物不赔", "虚假宣传", "强制消费", "尺寸与合同不符",
    "发票不开", "售后拖延", "商品有瑕疵", "服务态度差", "多收费用",
)  # fmt: skip
_FIRST = "金玉瑞祥福宁安泰昌盛荣华永康丰裕和顺利达信诚美佳优尚品雅清香云山海天星月"


def messages(cases: Sequence[Case] = CASES, *, seed: int = 2019, others: int = 4000) -> list[Message]:
    """The year's messages in order: every case's, and others that are nobody's crowd. One seed, one year."""
    random = Random(seed)
    year, days = _day("2018-11-01"), 365
    found = [message for case in cases for message in _of(case, random, year, days)]
    for number in range(others):
        shop = "".join(random.choices(_FIRST, k=3)) + random.choice(_KINDS)
        subject = f"{random.choice(_PLACES)}{shop}{random.choice(_ILLS)}"
        at = year + timedelta(days=days * random.random())
        # one in twenty is by one of five people who complain of everything
        who = f"bulk {random.randrange(5)}" if random.random() < 0.05 else f"other {number}"
        found.append(Message(f"X{number}", who, at, subject, f"{subject}，要求处理。"))
    return sorted(found, key=lambda message: (message.at, message.number))


def _of(case: Case, random: Random, year: datetime, days: int) -> list[Message]:
    end = year + timedelta(days=days)
    found = []
    for number in range(case.orders):
        before = random.random() < 0.03
        at = year + (case.shut - year) * random.random() if before else _after(case, random, end)
        who = random.randrange(number + 1) if random.random() < 0.1 else number  # one in ten complains again
        words = {
            "t": case.trader, "p": random.choice(_PLACES), "m": random.choice(case.matter), "d": random.choice(_DETAIL),
            "a": random.randrange(3, 40) * 1000, "r": random.randrange(1, 30) * 100,
        }  # fmt: skip
        subject = random.choice(_QUIET if before else _SUBJECT).format(**words)
        text = subject if before else _TEXT.format(**words)
        target = f"上海{case.trader}有限公司（{words['p']}店）" if random.random() < 0.7 else None
        found.append(Message(f"{case.trader}{number}", f"{case.trader} {who}", at, subject, text, target))
    return found


def _after(case: Case, random: Random, end: datetime) -> datetime:
    """In the rush, or in the tail that fades by half every `half_weeks`; none comes after the year."""
    while True:
        weeks = random.expovariate(0.6931 / case.half_weeks)
        at = case.shut + timedelta(weeks=weeks, hours=24 * random.triangular(0, 4, 1))
        if at < end:
            return at
