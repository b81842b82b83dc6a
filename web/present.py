"""How values look on a page: times on Shanghai's wall, names for people and roles, small answers for htmx."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from engine import registry
from engine.clock import local
from engine.hotline import clocks, organisation, thresholds
from web import frontend_build

# The words of engine/README.md's glossary, as pages say them.
STATES: dict[str, Any] = {
    "running": _l("运行中"),
    "suspended": _l("已挂起"),
    "completed": _l("已完成"),
    "cancelled": _l("已取消"),
    "ready": _l("待认领"),
    "claimed": _l("办理中"),
    "open": _l("未处理"),
    "resolved": _l("已处理"),
    "active": _l("启用中"),
    "retired": _l("已停用"),
    "due": _l("待执行"),
    "done": _l("已执行"),
    "failed": _l("失败"),
    "received": _l("待受理"),
    "in_progress": _l("办理中"),
    "closed": _l("已办结"),
    "paused": _l("已中止"),
    "stopped": _l("已停表"),
    "requested": _l("待审批"),
    "approved": _l("已批准"),
    "refused": _l("未批准"),
    "shelved": _l("挂账中"),
    "ended": _l("已结束"),
}

NATURES: dict[str, Any] = {
    "咨询": _l("咨询"),
    "求助": _l("求助"),
    "投诉": _l("投诉"),
    "举报": _l("举报"),
    "建议": _l("建议"),
    "表扬": _l("表扬"),
    "差评": _l("差评"),
    "其他": _l("其他"),
}

PRIORITIES: dict[int, Any] = {0: _l("紧急"), 1: _l("普通"), 2: _l("次紧急")}


# The names of engine/hotline/clocks.py, to be translated.
CLOCKS: dict[str, Any] = {
    "C01": _l("先行联系"),
    "C02": _l("咨询、意见建议答复"),
    "C03": _l("一般求助、投诉办结"),
    "C04": _l("疑难复杂事项办结（内控）"),
    "C04M": _l("疑难复杂事项办结（市级）"),
    "C05": _l("督办、回访复核、再次处置"),
    "C06": _l("退单申请"),
    "C06F": _l("退单终审"),
    "C07": _l("延期"),
    "C08": _l("投诉受理决定"),
    "C09": _l("限期提供身份证明"),
    "C10": _l("调解"),
    "C11": _l("告知终止调解"),
    "C12": _l("举报核查及立案决定"),
    "C13": _l("告知举报人是否立案"),
    "C14": _l("企业公示信息虚假举报核查处理"),
    "C15": _l("行政处罚决定"),
    "C16": _l("管辖争议协商"),
    "C17": _l("分送、分派"),
    "C17S": _l("安全类分派"),
    "C18": _l("差评办结"),
    "C18C": _l("差评当日联系"),
    "C19": _l("经营者在线自行和解"),
    "C20": _l("短信等渠道响应"),
    "C21": _l("特种设备事故单位报告"),
    "C21L": _l("特种设备事故逐级上报"),
    "C21E": _l("特种设备事故系统录入"),
    "C22": _l("投诉时效"),
}

# How a clock counts.
MEASURES: dict[str, Any] = {
    "工作日": _l("工作日"),
    "日": _l("日"),
    "工作小时": _l("工作小时"),
    "小时": _l("小时"),
    "分钟": _l("分钟"),
    "年": _l("年"),
}

SOURCES: dict[str, Any] = {
    "12345": _l("12345 转办"),
    "12315": _l("12315 热线"),
    "12315p": _l("12315 平台"),
    "letter": _l("来信"),
    "window": _l("窗口"),
    "fax": _l("传真"),
    "superior": _l("上级交办"),
    "transfer": _l("移送"),
    "media": _l("舆情"),
    "ywtb": _l("一网通办"),
    "import": _l("批量导入"),
}

# The five lines that were made one (engine/hotline/old_lines.py).
LINES: dict[str, Any] = {
    "12315": _l("12315 消费者投诉举报"),
    "12365": _l("12365 质量监督"),
    "12331": _l("12331 食品药品"),
    "12358": _l("12358 价格监管"),
    "12330": _l("12330 知识产权"),
}


def chinese() -> bool:
    """Is this request answered in Chinese?"""
    return str(get_locale() or "zh").startswith("zh")


def minute(instant: datetime | None) -> str:
    """`2026-11-03 10:00` on Shanghai's wall; a dash for none."""
    return f"{local(instant):%Y-%m-%d %H:%M}" if instant else "–"


def machine(instant: datetime) -> str:
    """The same for a `datetime` attribute."""
    return local(instant).isoformat(timespec="seconds")


def day_of(said: str | None) -> date | None:
    """The day that an address or a form says, `2026-11-03`; None for none."""
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return None


def weekday(day: str) -> str:
    """The day of the week of an ISO date, short."""
    return format_date(date.fromisoformat(day), "EEE")


def month_name(first: date) -> str:
    """`一月`, `January`."""
    return format_date(first, "LLLL")


def role_name(name: str | None) -> str:
    """A role in the reader's language."""
    role = registry.ROLES.get(name or "")
    return (role.zh if chinese() else role.en) if role else (name or "")


def natures(text: str) -> str:
    """The natures of an order, `投诉、举报`, in the reader's language."""
    return str(_("、")).join(str(NATURES.get(name, name)) for name in text.split("、"))


def clock_name(code: str, name: str) -> str:
    """What a clock is called in the reader's language; `name` when its code is new."""
    return str(CLOCKS.get(code, name))


def point_name(level: int, code: str | None = None) -> str:
    """A point of a clock (engine/hotline/thresholds.py): 50%, its end, or so many working days after it.

    The end is told by whose limit it is: of a law, or the bureau's own.
    """
    if level < thresholds.LEGAL:
        return f"{level}%"
    after = level - thresholds.LEGAL - 1
    if after < 0:
        statutory = {found.statutory for found in clocks.CATALOGUE if found.code == code}
        return str(_("法定届满") if statutory == {True} else _("内控届满") if statutory == {False} else _("届满"))
    return ngettext("届满后 %(num)d 个工作日", "届满后 %(num)d 个工作日", after)


# What the derivations of engine/hotline/deadlines.py and the festivals of the calendar are called.
REASONS: dict[str, Any] = {
    "起算日，不计入": _l("起算日，不计入"),
    "自然日": _l("自然日"),
    "中止": _l("中止"),
    "调休上班": _l("调休上班"),
    "期满日为法定节假日，顺延": _l("期满日为法定节假日，顺延"),
    "期满日为休息日，顺延": _l("期满日为休息日，顺延"),
    "周一": _l("周一"),
    "周二": _l("周二"),
    "周三": _l("周三"),
    "周四": _l("周四"),
    "周五": _l("周五"),
    "周六": _l("周六"),
    "周日": _l("周日"),
    "元旦": _l("元旦"),
    "春节": _l("春节"),
    "清明节": _l("清明节"),
    "劳动节": _l("劳动节"),
    "端午节": _l("端午节"),
    "中秋节": _l("中秋节"),
    "国庆节": _l("国庆节"),
    "农历除夕": _l("农历除夕"),
    "春节延长假期": _l("春节延长假期"),
}
_SWAPPED = re.compile(r"休息日（由 ([\d-]+) 调休）")
_BEGUN = re.compile(r"([\d:]+) 起算")
_AGAIN = re.compile(r"([\d-]+) 补充材料，重新起算，当日不计入")


def why(text: str) -> str:
    """A reason of a derivation in the reader's language; what an admin has written about a day stays as it is."""
    if text in REASONS:
        return str(REASONS[text])
    if found := _SWAPPED.fullmatch(text):
        return str(_("休息日（由 %(day)s 调休）", day=found[1]))
    if found := _AGAIN.fullmatch(text):
        return str(_("%(day)s 补充材料，重新起算，当日不计入", day=found[1]))
    if found := _BEGUN.fullmatch(text):
        return str(_("%(time)s 起算", time=found[1]))
    if text.endswith("（补假）"):
        return str(_("%(holiday)s（补假）", holiday=why(text.removesuffix("（补假）"))))
    if "; " in text:
        return " / ".join(map(why, text.split("; ")))
    return text


def state_name(state: str) -> str:
    return str(STATES.get(state, state))


def pretty(value: Any) -> str:
    """JSON for reading."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def with_args(**changes: Any) -> str:
    """This page's address with other query values; None takes one out."""
    args: dict[str, Any] = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in args.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def tell(text: str, kind: str = "success") -> None:
    """Say so on the next page. A program that never opens one keeps the last few, or its cookie would grow."""
    if "_flashes" in session:
        session["_flashes"] = session["_flashes"][-2:]
    flash(text, kind)


def done(text: str, to: str, *, kind: str = "success") -> BaseResponse:
    """Say so on the next page and go there (303, so that a reload repeats nothing)."""
    tell(text, kind)
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": to})
    return redirect(to, 303)


def fragment(html: str, text: str | None = None, *, kind: str = "success") -> Response:
    """A piece of a page for htmx, with a sentence for the flash area."""
    response = Response(html, mimetype="text/html")
    if text:
        response.headers["HX-Trigger"] = json.dumps({"banjie:flash": {"kind": kind, "text": text}})
    return response


def is_fragment() -> bool:
    return bool(request.headers.get("HX-Request"))


def here_or(endpoint: str, **values: Any) -> str:
    """A local address given as `next`, else that view: never another host."""
    wanted = request.values.get("next", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else url_for(endpoint, **values)


def unit_name(code: str | None) -> str:
    """The short name of a unit; looked up once a request."""
    if "unit_names" not in g:
        g.unit_names = organisation.names()
    return g.unit_names.get(code, code or "")


def district_name(code: str | None) -> str:
    """The district of a code, `浦东新区`; the code itself when it is none of the city's."""
    return f"{organisation.DISTRICTS[code]}区" if code in organisation.DISTRICTS else (code or "")


def asset(name: str) -> str:
    """The address of a built file of the front end, with its version."""
    return url_for("static", filename=f"dist/{name}", v=_build())


@cache
def _build() -> str:
    return frontend_build.version()


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(minute=minute, machine=machine, weekday=weekday, pretty=pretty, month_name=month_name)
    app.jinja_env.filters.update(role_name=role_name, state_name=state_name, natures=natures, district=district_name)
    app.jinja_env.filters.update(why=why, point_name=point_name)
    app.jinja_env.globals.update(
        asset=asset, with_args=with_args, chinese=chinese, clock_name=clock_name, unit_name=unit_name, _=_
    )
    app.jinja_env.globals.update(NATURES=NATURES, PRIORITIES=PRIORITIES, SOURCES=SOURCES, LINES=LINES)
    app.context_processor(lambda: {"BRAND": "办结" if chinese() else "Banjie"})
    app.jinja_env.policies["json.dumps_kwargs"] = {}  # unsorted: what was passed is told in the order it was passed
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
