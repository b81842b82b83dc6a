"""What may be said about an order, and how it is checked. Errors are sentences for the person who typed them.

Only what makes an order unusable is an error: an order with a doubtful telephone number is still an order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from engine import clock, errors
from engine.hotline import listening, old_lines
from engine.hotline.organisation import AIRPORTS, DISTRICTS, LINGANG

SOURCES = {
    "12345": "12345转办", "12315": "12315热线", "12315p": "12315平台", "letter": "来信", "window": "窗口",
    "fax": "传真", "superior": "上级交办", "transfer": "移送", "media": "舆情", "ywtb": "一网通办",
    "import": "批量导入",
}  # fmt: skip
LONGEST = {"subject": 300, "content": 20_000, "request": 5_000, "target_address": 500}
LONGEST_OTHER = 200
EARLIEST = date(2000, 1, 1)

TEXTS = (
    "ext_no", "channel", "subject", "content", "request", "name", "phone", "gender", "id_type", "id_no", "address",
    "email", "target_name", "target_uscc", "target_address", "category", "domain", "safety_tag", "unit", "line_code",
)  # fmt: skip
SEALED = ("name", "phone", "id_no", "address", "email")  # of the party


@dataclass(slots=True)
class Problem(Exception):
    """One field is wrong: the sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(slots=True)
class Draft:
    """Checked fields of one order, in the house's types."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


def check(fields: dict[str, Any]) -> Draft:
    """The fields in the house's types. Raises FormInvalid with the sentences by field."""
    draft = Draft()
    wrong: dict[str, Problem] = {}
    for key, value in fields.items():
        reader = READERS.get(key)
        if reader is None:
            wrong[key] = Problem("未知字段", "is not a field of an order")
            continue
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            continue
        try:
            draft.values[key] = reader(key, value)
        except Problem as problem:
            wrong[key] = problem
    if "content" not in wrong and not draft["content"]:
        wrong["content"] = Problem("请填写诉求内容", "is missing")
    id_type = draft["id_type"]
    if draft["id_no"] and id_type in (None, "身份证") and not ric.is_valid(draft["id_no"]):
        wrong["id_no"] = Problem("身份证号码有误，请核对", "is not a valid identity number")
    if wrong:
        english = "; ".join(f"{key} {problem.en}" for key, problem in wrong.items())
        raise errors.FormInvalid(
            {key: [problem.zh] for key, problem in wrong.items()},
            english,
            en={key: [f"This {problem.en}"] for key, problem in wrong.items()},
        )
    return draft


def _text(key: str, value: Any) -> str:
    text = str(value)
    longest = LONGEST.get(key, LONGEST_OTHER)
    if len(text) > longest:
        raise Problem(f"超过 {longest} 字", f"is longer than {longest} characters")
    if "\x00" in text:
        raise Problem("含有无法保存的字符", "contains a character that cannot be stored")
    return text


def _phone(key: str, value: Any) -> str:
    text = _text(key, value)
    if not 5 <= sum(c.isdigit() for c in text) <= 20:
        raise Problem("电话号码有误，请核对", "is not a telephone number")
    return text


def _email(key: str, value: Any) -> str:
    text = _text(key, value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise Problem("邮箱地址有误，请核对", "is not an e-mail address")
    return text


def _uscc(key: str, value: Any) -> str:
    try:
        return str(uscc.validate(_text(key, value)))
    except ValidationError:
        raise Problem("统一社会信用代码有误，请核对", "is not a valid unified social credit code") from None


def _instant(_key: str, value: Any) -> datetime:
    if isinstance(value, str):
        value = _parse(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise Problem("时间格式有误，应如 2026-05-11 09:30", "is not a time such as 2026-05-11 09:30")
    try:
        value = clock.aware(value)
    except OverflowError:
        raise Problem("时间超出范围", "is out of range") from None
    if value > clock.now() + timedelta(minutes=5):  # clocks of other systems are a little off
        raise Problem("时间不能晚于现在", "must not be in the future")
    if value.date() < EARLIEST:
        raise Problem(f"时间不能早于 {EARLIEST.year} 年", f"must not be before {EARLIEST.year}")
    return value


_WRITTEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?)?分?)?", re.ASCII
)


def _parse(text: str) -> datetime | None:
    """ISO text, or one of the ways people and spreadsheets write a time."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def _day(key: str, value: Any) -> date:
    return clock.local(_instant(key, value)).date()


def _amount(_key: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value).replace(",", "").replace("，", "").removesuffix("元"))
        cents = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Problem("金额有误，应为数字", "is not an amount") from None
    if not 0 <= cents < Decimal(10) ** 12:
        raise Problem("金额超出范围", "is out of range")
    return cents


def _flag(_key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"是": True, "否": False, "1": True, "0": False, "true": True, "false": False, "y": True, "n": False}
    found = known.get(str(value).lower())
    if found is None:
        raise Problem("应为“是”或“否”", "must be yes or no")
    return found


def _stars(_key: str, value: Any) -> int:
    if str(value) not in ("1", "2", "3", "4", "5"):
        raise Problem("星级应为 1 至 5", "must be 1 to 5 stars")
    return int(value)


def _priority(_key: str, value: Any) -> int:
    known = {"0": 0, "1": 1, "2": 2, "紧急": 0, "普通": 1, "次紧急": 2}
    found = known.get(str(value))
    if found is None:
        raise _unknown("紧急程度", value, ("紧急", "普通", "次紧急"), "must be 0, 1 or 2")
    return found


# The new area and the airports lie in districts, but have bureaus of their own.
_DISTRICT_NAMES = {f"{name}区": code for code, name in DISTRICTS.items()} | {"临港新片区": LINGANG, "机场": AIRPORTS}


def _stem(district: str) -> str:
    """Its name as people shorten it: 黄浦, 浦东, 临港."""
    return district.removesuffix("新片区").removesuffix("区").removesuffix("新")


_DISTRICTS = {code: code for code in _DISTRICT_NAMES.values()} | {_stem(n): c for n, c in _DISTRICT_NAMES.items()}


def _district(_key: str, value: Any) -> str:
    code = _DISTRICTS.get(_stem(str(value)))
    if code is None:
        raise _unknown("事发区", value, _DISTRICT_NAMES, "is not a district")
    return code


_SOURCE_CODES = {"".join(name.split()): code for code, name in SOURCES.items()} | {code: code for code in SOURCES}


def source_code(said: str) -> str | None:
    """The code of a source that is given by its code or its name; None when there is no such source."""
    return _SOURCE_CODES.get("".join(said.split()))


def _source(_key: str, value: Any) -> str:
    code = source_code(str(value))
    if code is None:
        raise _unknown("来源", value, SOURCES.values(), f"must be one of {', '.join(SOURCES)}")
    return code


def _line(_key: str, value: Any) -> str:
    line = old_lines.line_of(str(value))
    if line is None:
        raise _unknown("来源热线", value, old_lines.LINES, f"must be one of {', '.join(old_lines.LINES)}")
    return line


def _unknown(label: str, value: Any, choices: Iterable[str], en: str) -> Problem:
    """The sentence names the column, because a line of a report is read without the form around it."""
    return Problem(f"{label}“{str(value)[:20]}”不存在，可填：{'、'.join(choices)}", en)


READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    "phone": _phone, "email": _email, "target_uscc": _uscc, "received_at": _instant, "knew_date": _day,
    "amount": _amount, "anonymous": _flag, "keep_secret": _flag, "consent_public": _flag, "priority": _priority,
    "district": _district, "source": _source, "stars": _stars, "line": _line,
}  # fmt: skip


BAD_REVIEW, BAD = "差评", 2  # 一网通办 calls a review of at most two stars bad (沪府办发〔2019〕20号)

# -- hints ---------------------------------------------------------------------------------------------------------

# By weight, not by law: the clerk decides. Of equal weights the first one wins.
NATURES = {
    "举报": ("举报", "检举", "揭发", "违法", "无证", "无照", "假冒", "偷税", "传销", "查处"),
    "投诉": ("投诉", "退款", "退费", "退货", "赔偿", "维权", "欺诈", "霸王条款", "拒不", "乱收费", "扰民"),
    "求助": ("求助", "帮助", "解决", "救救", "恳请", "反映"),
    "建议": ("建议", "意见", "倡议"),
    "咨询": ("咨询", "请问", "如何", "怎么", "什么时候", "能否", "是否", "多久", "哪里"),
}
URGENT = re.compile("爆炸|起火|火灾|中毒|伤亡|死亡|坍塌|泄漏|泄露|困人|被困|生命危险")
PRESSING = re.compile("停水|停电|停气|断水|断电|食品安全|变质|过期食品|电梯故障|燃气")
SAFETY = {
    "食品药品": re.compile("食品|餐饮|饭店|变质|食物中毒|奶油|蛋糕|糕点|奶粉|药品|药店|保健品|化妆品|面霜|面膜"),
    "特种设备": re.compile("电梯|锅炉|压力容器|起重机|游乐设施|燃气瓶|气瓶"),
    "工业产品质量安全": re.compile("电动自行车|充电器|燃气灶|头盔|烟花"),
}
NO_SAFETY, IS_SAFETY = "无", "安全类"  # what the clerk says of it
SAFETY_OF_DOMAIN = {
    "食品": "食品药品", "药械化": "食品药品", "特种设备": "特种设备", "工业产品质量": "工业产品质量安全",
}  # fmt: skip


def nature_of(subject: str, content: str) -> str:
    """The nature a text sounds like; a word in the subject weighs three in the content."""
    scores = {
        nature: sum(3 * (word in subject) + (word in content) for word in words) for nature, words in NATURES.items()
    }
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] else "求助"


def natures_of(hint: str) -> list[str]:
    """What the clerk finds chosen as natures of the matters: nothing where the words told nothing."""
    return {"投诉": ["投诉"], "举报": ["举报"], "咨询": ["咨询"], "建议": ["咨询"]}.get(hint, [])


def priority_of(text: str) -> int:
    """0 紧急, 2 次紧急, 1 普通."""
    return 0 if URGENT.search(text) else 2 if PRESSING.search(text) else 1


def safety_of(text: str) -> str | None:
    """The field of safety a text touches, if any."""
    return next((tag for tag, words in SAFETY.items() if words.search(text)), None)


def filled(draft: Draft, source: str) -> dict[str, Any]:
    """The draft with everything that follows from it: subject, hints, office."""
    values = dict(draft.values)
    content = values["content"]
    subject = values.setdefault("subject", re.split(r"[\n。！？!?]", content, maxsplit=1)[0][:60])
    both = f"{subject}\n{content}"
    values.setdefault("channel", SOURCES[source])
    values.setdefault("received_at", clock.now())
    values.setdefault("priority", priority_of(both))
    values.setdefault("unit", listening.answers(values.get("district"), clock.today()))
    if source in old_lines.LINES:
        values.setdefault("line", source)
    topic = old_lines.topic(values.get("line"), values.get("line_code", ""))
    if topic is not None:
        values = {"category": topic.category, "domain": topic.domain} | values
    nature = values["nature_hint"] = BAD_REVIEW if values.get("stars", 5) <= BAD else nature_of(subject, content)
    if values.get("safety_tag") == NO_SAFETY:
        values["safety_tag"] = None  # said by a person: words do not know better
    elif nature != "咨询":  # who asks what a rule says tells of no danger
        values.setdefault("safety_tag", safety_of(both))
    return values
