"""A year of orders that never was: as many, of the kinds and at the times of the 2019 bulletin, drawn from a seed.

The same number and seed draw the same year, so that a run which was killed finds its orders again by their numbers.
What the bulletin does not print is assumed, and stands in `year_mix.json` with the rest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import orjson

from engine.clock import SHANGHAI

MIX = Path(__file__).with_name("year_mix.json")
AGO = timedelta(days=10)  # what repeats another order came at least so long after it


@dataclass(frozen=True, slots=True)
class Arrival:
    """An order to come: when, its fields for the register, and what people will find about it.

    `told`: form fields whose answer is certain; `habits`: weights of others. `repeats`: number of an earlier order.
    """

    at: datetime
    fields: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    habits: dict[str, dict[Any, float]] = field(default_factory=dict)
    kind: str = ""
    repeats: str | None = None
    misrouted: bool = False


@cache
def mix() -> dict[str, Any]:
    """What a year is made of."""
    found: dict[str, Any] = orjson.loads(MIX.read_bytes())
    return found


def prefix(orders: int, seed: int) -> str:
    """What the numbers of such a year's orders begin with."""
    return f"Y{orders}-{seed}-"


def draw(orders: int, seed: int) -> list[Arrival]:
    """The year in order of time: `orders` that count, and besides what is sent back, repeated or nobody's business."""
    dice = Random(f"{orders}/{seed}")
    share = orders / mix()["total"]
    crowds = list(_crowds(share, seed))
    drawn = crowds + [_one(kind, dice) for kind in _kinds(orders - len(crowds), dice)]
    assumed = mix()["assumed"]
    drawn += [_returned(_one("district", dice)) for _ in range(round(share * mix()["returns"]))]
    drawn += [_out_of_scope(_one("consult", dice)) for _ in range(round(orders * assumed["out_of_scope"]))]
    drawn += [_bad_review(dice) for _ in range(round(share * mix()["bad_reviews"]))]
    again = ["repeated"] * round(orders * assumed["repeated"]) + ["new_facts"] * round(orders * assumed["new_facts"])
    drawn += [_again(kind, _one("district", dice)) for kind in again]
    drawn.sort(key=lambda arrival: arrival.at)
    return list(_numbered(drawn, prefix(orders, seed), dice))


def _again(kind: str, arrival: Arrival) -> Arrival:
    """A repetition: by the time it comes there must be something to repeat."""
    early = arrival.at.date() < date.fromisoformat(mix()["from"]) + 3 * AGO
    return replace(arrival, kind=kind, at=arrival.at + 3 * AGO if early else arrival.at)


def _kinds(count: int, dice: Random) -> list[str]:
    """Kinds of the orders that belong to no crowd, so that with the crowds the year is as the bulletin's."""
    weights = {kind: row["orders"] for kind, row in mix()["kinds"].items()}
    weights["district"] -= sum(mix()["crowds"].values())
    return dice.choices(list(weights), list(weights.values()), k=max(0, count))


def _numbered(drawn: list[Arrival], begin: str, dice: Random) -> Iterator[Arrival]:
    earlier: list[Arrival] = []  # those that may be repeated
    old = 0
    for number, arrival in enumerate(drawn, 1):
        person = arrival.fields.get("name") or f"市民{number}"
        known = arrival.fields | {"ext_no": f"{begin}{number:06}", "name": person, "phone": _phone(person)}
        found = replace(arrival, fields=known | {"received_at": arrival.at.isoformat()})
        while old < len(earlier) and earlier[old].at < arrival.at - AGO:
            old += 1
        if found.kind in ("repeated", "new_facts") and old:
            same = dice.choice(earlier[:old])
            found = replace(found, repeats=same.fields["ext_no"])
            kind = "同一事实" if found.kind == "repeated" else "有新事实"
            found.told["duplicate_kind"] = kind
        elif found.kind == "district":
            earlier.append(found)
        yield found


def _phone(person: str) -> str:
    """A number that no network gives out; the same person has the same."""
    return f"100{Random(person).randrange(10**8):08}"


def units() -> list[str]:
    """The units that a misrouted order may be sent to."""
    return list(mix()["assumed"]["districts"])


# -- one order ---------------------------------------------------------------------------------------------------------


def _one(kind: str, dice: Random) -> Arrival:
    assumed = mix()["assumed"]
    district = _of(assumed["districts"], dice)
    domain = {"drugs": "药械化", "property": "商标IP", "council": "消费权益"}.get(kind) or _of(
        assumed["topics" if kind == "consult" else "domains"], dice
    )
    nature = "咨询" if kind == "consult" else "举报" if dice.random() < assumed["tipoffs"] else "投诉"
    if kind == "council":
        nature = "投诉"
    words = dice.choice(_WORDS[domain])
    shop = "".join(dice.choices(_given(), k=2)) + dice.choice(_SHOPS)
    place = dice.choice(_STREETS)
    text = {"投诉": "{p}{s}{w}，要求退款赔偿", "举报": "举报{p}{s}{w}，请依法查处", "咨询": "咨询{q}如何办理"}[nature]
    subject = text.format(p=place, s=shop, w=words, q=dice.choice(_QUESTIONS.get(domain, _QUESTIONS["登记信用"])))
    fields = {"subject": subject, "content": f"{subject}。{dice.choice(_MORE)}"}
    if nature != "咨询":
        fields |= {"target_name": f"上海{shop}有限公司", "district": district}
    unit = {"drugs": "YJ", "property": "ZC", "council": "XBW"}.get(kind)
    told = _told(nature, domain, district, dice)
    if unit or nature != "咨询":
        told["handling_unit"] = told["new_unit"] = unit or district
    lost = kind == "district" and dice.random() < assumed["misrouted"]
    return Arrival(_moment(dice), fields, told, _NO_MORE, kind, None, lost)


def _told(nature: str, domain: str, district: str, dice: Random) -> dict[str, Any]:
    """What people will find. Who must be asked back, and how many besides, is reckoned so that surveys come out."""
    told: dict[str, Any] = {
        "natures": [nature], "domain": domain, "district": district, "in_scope": "是", "duplicate_kind": "不重复",
        "emergency": "否", "safety_tag": "无",
    }  # fmt: skip
    if nature != "咨询":
        told |= {"contacted": "已联", "citizen_reaction": dice.choices(("满意", "认可", "未评价"), (6, 3, 1))[0]}
        told["fact_finding"] = dice.choices(("属实", "部分属实"), (8, 2))[0]
        told["main_claim_denied"] = "否"
        if dice.random() < must_ask():
            told |= dice.choice(({"contacted": "未联"}, {"fact_finding": "不属实"}, {"citizen_reaction": "不满意"}))
    return told


@cache
def must_ask() -> float:
    """The share of complaints and tip-offs for which a return visit is certain; the others are a sample of them."""
    assumed = mix()["assumed"]
    asked = sum(mix()["surveys"].values()) / assumed["reached"]
    base = mix()["total"] - mix()["kinds"]["consult"]["orders"]
    return float((asked / base - assumed["sampled"]) / (1 - assumed["sampled"]))


def _returned(arrival: Arrival) -> Arrival:
    """One that the city hotline takes back."""
    back = {"sign_decision": "退单", "return_reason": "21", "first_opinion": "通过", "final_opinion": "退回市热线"}
    back |= {"city_answer": "同意", "order_kind": "转办", "leader_assigned": "否"}
    return replace(arrival, kind="returned", misrouted=False, told=arrival.told | back)


def _bad_review(dice: Random) -> Arrival:
    """One or two stars for a service of the bureau, with a comment."""
    item = dice.choice(_ITEMS)
    fields = {
        "item": item,
        "channel": "一网通办",
        "stars": dice.choice((1, 2)),
        "text": f"办理{item}等了很久，窗口解释不清。",
    }
    return Arrival(_moment(dice), fields, {"contacted": "已联"}, {}, "bad_review")


def _out_of_scope(arrival: Arrival) -> Arrival:
    return replace(arrival, kind="out_of_scope", told=arrival.told | {"in_scope": "否"})


def _crowds(share: float, seed: int) -> Iterator[Arrival]:
    """The orders of traders that closed down, scaled; their curves are those of the rehearsal fixtures."""
    from engine.hotline.incidents_mass import fixtures  # brings its matcher along: not needed to look at a year's mix

    counts = mix()["crowds"]
    cases = [replace(case, orders=max(1, round(share * counts[case.trader]))) for case in fixtures.CASES]
    for message in fixtures.messages(cases, seed=seed, others=0):
        dice = Random(f"{seed}/{message.number}")
        district = _of(mix()["assumed"]["districts"], dice)
        told = _told("投诉", "消费权益", district, dice) | {"handling_unit": district, "new_unit": district}
        fields = {"subject": message.subject, "content": message.text, "name": message.sender, "district": district}
        if message.target:
            fields["target_name"] = message.target
        yield Arrival(message.at, fields, told, _NO_MORE, "district")


def _moment(dice: Random) -> datetime:
    """A moment of the year: the days of a week and the hours of a day are not alike."""
    assumed = mix()["assumed"]
    days, sums = _days()
    day = days[bisect_left(sums, dice.random() * sums[-1])]
    hour = dice.choices(range(24), assumed["hours"])[0]
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), SHANGHAI)


@cache
def _days() -> tuple[list[date], list[float]]:
    first, last = date.fromisoformat(mix()["from"]), date.fromisoformat(mix()["to"])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return days, list(accumulate(mix()["assumed"]["weekdays"][day.weekday()] for day in days))


@cache
def _given() -> tuple[str, ...]:
    """The first halves and the second halves of the names of ordinary traders."""
    return tuple(one + other for one in _FIRST for other in _FIRST)


def _of(weights: dict[str, float], dice: Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


# Besides those drawn, none goes back to the city: who returns an order without cause is refused or overruled.
_NO_MORE: dict[str, dict[Any, float]] = {"final_opinion": {"退回市热线": 0}}

# Names are drawn wide: in a year hardly two ordinary traders are one, as in a city of three million firms and shops.
_FIRST = (
    "金玉瑞祥福宁安泰昌盛荣华永康丰裕和顺利达信诚美佳优尚品雅清香云星月恒源兴茂隆鼎铭锦绣瀚博睿思远卓越嘉颖慧欣怡然晨曦朗逸凡舒沐林森禾麦田果蓝青紫丹彤霖润泽宏伟鹏程"
    "骏腾飞捷迅联众合力创启航世纪元亨通贵聚满圆东南西北春夏秋冬梅兰竹菊松柏桃李杏荷莲桂枫桐槐榆杨柳棠梨樱薇蔷芷蓉芙芸茗蕊蕾苏芳菲蔓葵葛莱莎蒂露雪霜冰雨雷虹霞霄汉宇宙"
    "辰昊旭晖晶晟景明亮光辉煌耀灿炫焕烁熙炎烽煜铄银铜锡钰钧铠锋锐钟铃鑫琳琪琦琼瑶瑾璟璐珍珠珊瑚玛瑙玲珑珂琛龙凤鹤雁鸿鹭鸥燕莺雀鹰麒麟骐骥驰驿驹象狮虎豹鹿羚熊鲸鲲蝶蜂"
    "蜜仁义礼智忠孝廉勇德善慈惠淳朴厚谦恭敬勤俭恩良贤能才俊杰英雄豪彦硕哲儒翰墨诗书琴棋画韵律音歌舞帆舟舫艺匠坊斋阳升弘毅志凯胜旋奇妙巧灵敏聪颐乐欢喜爽畅适宜臻极致简"
    "约素纯净澄澈碧翠绿橙红朱赤玄黛皓皎白"
)
_SHOPS = (
    "超市",
    "健身房",
    "餐饮",
    "干洗",
    "家电",
    "美发",
    "家具",
    "眼镜",
    "宠物",
    "茶业",
    "修车",
    "培训",
    "旅行社",
    "商行",
)
_STREETS = (
    "南京西路",
    "四川北路",
    "五角场",
    "徐家汇",
    "七宝",
    "莘庄",
    "川沙",
    "张江",
    "安亭",
    "九亭",
    "朱泾",
    "南桥",
    "城桥",
)
_ITEMS = ("企业登记", "食品经营许可", "特种设备使用登记", "企业注销", "档案查询")
_MORE = ("已多次与商家沟通未果。", "有发票和照片。", "希望尽快处理。", "本周三发生。", "付款记录可以提供。")
_WORDS = {
    "消费权益": ("预付卡不退余额", "定金不退", "售后拖延不修", "服装开线不换", "课程与宣传不符"),
    "网络交易": ("网上下单后不发货", "七天无理由退货被拒", "评价被删", "店铺页面没有执照信息"),
    "食品": ("售卖的糕点发霉", "外卖里有异物", "餐具不洁", "标签没有生产日期", "无证经营餐饮"),
    "价格": ("标价与结账不一致", "没有明码标价", "停车收费没有公示"),
    "广告": ("广告夸大疗效", "宣传“全国第一”", "广告与实物不符"),
    "工业产品质量": ("充电宝发热鼓包", "电热毯没有认证", "儿童玩具掉漆"),
    "特种设备": ("电梯经常停运未检", "叉车无证作业", "锅炉超期未检"),
    "登记信用": ("冒用地址注册", "没有亮照经营", "公示的联系方式无效"),
    "竞争": ("仿冒他人包装", "有奖销售不兑现", "商业诋毁"),
    "计量": ("称重缺斤少两", "加油机计量不准"),
    "标准": ("企业标准没有公开", "执行标准已作废"),
    "认证检测": ("冒用认证标志", "检测报告造假"),
    "药械化": ("药店不凭处方售药", "化妆品使用后过敏", "医疗器械没有注册证"),
    "商标IP": ("销售侵犯商标权的商品", "假冒专利"),
}
_QUESTIONS = {
    "登记信用": ("公司注销", "企业开办一窗通", "企业年报公示", "档案查询", "证照分离改革事项"),
    "食品": ("小餐饮临时备案", "食品经营许可变更"),
    "特种设备": ("特种设备使用登记", "特种设备作业人员证书"),
    "计量": ("计量器具检定",), "标准": ("企业标准自我声明公开",), "认证检测": ("检验检测机构资质认定",),
    "消费权益": ("预付卡退费规定", "三包期限"), "价格": ("明码标价规定",),
}  # fmt: skip
