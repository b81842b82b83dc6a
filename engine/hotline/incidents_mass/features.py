"""What an order says that tells matters apart: names of traders and places, and the words around them.

Written for complaints in Chinese. Names are found by how they end (…苑, …公司, …路) and cut where the talk around them
begins; that is rough, and enough: a wrong piece of a name is as rare in two orders as a right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

SUBJECT, CONTENT = 1.0, 0.8  # a name in the subject says more than one in the text
HEAD_NAMES, HEAD_WORDS = 400, 200  # characters of the text that are read for names, for wording

_REGION = re.compile(
    r"[\u4e00-\u9fff]{2}省|上海市?|[A-Z]\d*(?:市|区|县)?|浦东新区"
    r"|(?:黄浦|徐汇|长宁|静安|普陀|虹口|杨浦|闵行|宝山|嘉定|浦东|金山|松江|青浦|奉贤|崇明)区"
    r"|\d+[年月日号栋]|[一二三四五六七八九十]期"
)
_TALK = re.compile(
    "负责人|老板|商家|店家|门店|店铺|法人|机构|投诉|举报|反映|咨询|请求|请问|关于|问题|希望|强烈|要求|建议|对于|附近|位于|我们|我是|我家|居住|住在|旁边|隔壁|业主"
    "|小区|为何|为什么|什么|何时|能否|可否|是否|严重|违法|违规|非法|恶意|涉嫌|长期|拖欠|这个|一个|该|本人|你好|您好"
    "|领导|尊敬|书记|市长|现在|目前|已经|因为|由于|但是|如果|可以|部门|政府|相关|解决|处理|附件|施工|扰民|噪音|夜间"
    "|居民|购买|购房|捆绑|销售|修建|建设|消费者|退款|退费|[是在的了与和及由被把将于从给向谁有无不没要就也都还到让对说"
    "等请我你他她它用买建]"
)
_SHUT = "突然|关门|跑路|失联|卷款|人去楼空|停业|拒不退"
_ENDING = (
    "苑|院|园|城|府|庭|湾|墅|郡|居|里|寓|厦|楼|广场|国际|中心|公司|集团|学院|大学|中学|小学|学校|幼儿园|医院|路|街|道"
    "|巷|桥|镇|乡|村|社区|线|站|车贷|金融|银行|酒店|宾馆|饭店|餐厅|超市|商场|店|英语|健身|培训|教育|文化|工地|项目"
    "|公园|山|江|河|湖|岛|名邸|天下|悦|轩|阁|都|港|洲|区|岸|坡|馆|会所|俱乐部|平台"
)
_TRADE = re.compile(
    r"[\u4e00-\u9fff0-9A-Za-z]{2,10}?(?:公司|集团|超市|商场|店|馆|餐厅|健身房?|英语|培训|教育|会所|俱乐部|厂|银行|旅行社|商行)+"
)
_NAME = re.compile(rf"[\u4e00-\u9fff]{{2,7}}?(?:{_ENDING})+")
_NUMBERED = re.compile(r"\d+[\u4e00-\u9fff]{2}")  # 58车贷
_SHUTTING = re.compile(_SHUT)
_RUN = re.compile(r"[\u4e00-\u9fff0-9A-Za-z]+")
_QUOTED = re.compile(r"[“\"「《]([\u4e00-\u9fffA-Za-z0-9]{2,12})[”\"」》]")
_FORM = re.compile(
    r"[（(][^）)]*[）)]|有限责任公司|股份有限公司|有限公司|分公司|公司|集团|总店|分店|门店|旗舰店|专卖店|店$"
)

ALARM = ("关门", "跑路", "失联", "退费难", "卷款", "人去楼空", "停业", "拒不退")
CLOSING, CLOSED = "closing down", 6.0  # whichever course or card it is about: that the doors are shut is the story
HARM = ("中毒", "住院", "死亡", "受伤", "婴儿", "儿童受伤", "过敏", "致残", "昏迷")


@dataclass(frozen=True, slots=True)
class Features:
    """An order as detection knows it. Names and words are digests -> weight; `alarm` and `harm` words of the rules."""

    names: dict[int, float]
    words: dict[int, float]
    trader: str | None
    alarm: tuple[str, ...]
    harm: tuple[str, ...]
    closing: int  # the word that stands for any word of alarm
    named: str | None = None  # the trader as a field or the subject names it, and the pieces of that name
    named_pieces: frozenset[int] = frozenset()


Digester = Callable[[str], int]


def digester(key: bytes) -> Digester:
    """Words as numbers that nobody can turn back without the key: 63 bits, the same in every process."""

    def digest(text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=key).digest(), "big") >> 1 or 1

    return digest


def read(subject: str, content: str, target: str | None, digest: Digester) -> Features:
    """Read an order. `target` is who it complains of, where a form has asked for it."""
    trader = trader_of(target)
    in_subject = names(subject) | ({trader} if trader else set())
    in_content = names(content[:HEAD_NAMES]) - in_subject
    pieces = dict.fromkeys(_pieces(in_content), CONTENT) | dict.fromkeys(_pieces(in_subject), SUBJECT)
    if trader:  # written in many ways: 韦博英语, 韦博国际英语
        pieces |= {trader[i : i + 2]: SUBJECT for i in range(len(trader) - 1)} | {trader: 2 * SUBJECT}
    named = trader or named_in(subject)
    if named and not trader:
        pieces |= dict.fromkeys(_pieces({named}), SUBJECT)
    said = dict.fromkeys(_wording(content[:HEAD_WORDS], in_subject | in_content), 1.0)
    said |= dict.fromkeys(_wording(subject, in_subject), 2.0)
    both = f"{subject}\n{content}"
    alarm = tuple(word for word in ALARM if word in both)
    if alarm:
        said[CLOSING] = CLOSED
    return Features(
        {digest(f"name {piece}"): weight for piece, weight in pieces.items()},
        {digest(f"word {piece}"): weight for piece, weight in said.items()},
        trader,
        alarm,
        tuple(word for word in HARM if word in both),
        digest(f"word {CLOSING}"),
        named,
        frozenset(digest(f"name {piece}") for piece in _pieces({named} if named else set())),
    )


def names(text: str) -> set[str]:
    """Names of traders and places in a text, as far as their endings tell."""
    found = {quoted for quoted in _QUOTED.findall(text) if len(quoted) > 2}
    for run in _RUN.findall(_TALK.sub(" ", _REGION.sub(" ", text))):
        *before, last = _SHUTTING.split(run)
        found.update(name[-8:] for name in before if len(name) > 2)  # who has shut the doors, whatever the ending
        for part in (*before, last):
            found.update(name for name in _NAME.findall(part) if len(name) > 2)
            if numbered := _NUMBERED.match(part):
                found.add(numbered[0])
    return found


def named_in(subject: str) -> str | None:
    """The trader that a subject names, when it names one: a name that ends as shops and firms do."""
    found = [
        match[0] for run in _RUN.findall(_TALK.sub(" ", _REGION.sub(" ", subject))) if (match := _TRADE.match(run))
    ]
    return found[0] if len(found) == 1 else None


def trader_of(target: str | None) -> str | None:
    """A trader's name without region, legal form and branch: 上海韦博教育科技有限公司（徐汇店） -> 韦博教育科技."""
    if not target:
        return None
    short = "".join(_RUN.findall(_FORM.sub("", _REGION.sub("", target))))
    return short if len(short) > 1 else None


def _pieces(texts: set[str]) -> Iterator[str]:
    """Pieces of three characters; a shorter name is its own piece."""
    for text in sorted(texts):  # the same order in every process: sums of weights may decide a draw
        yield from (text[i : i + 3] for i in range(len(text) - 2)) if len(text) > 2 else (text,)


def _wording(text: str, known: set[str]) -> Iterator[str]:
    """Pairs of characters of what is said, without the names it is said of."""
    text = _REGION.sub(" ", text)
    for name in sorted(known):
        text = text.replace(name, " ")
    for run in _RUN.findall(text):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
