"""Campaigns: the office's list, the report of each, and their tags on an order's page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from engine import clock
from engine.errors import FormInvalid
from engine.hotline import campaign_report, campaigns, exports
from engine.hotline.models import Campaign
from web.office_form import OfficeForm, unit_choices
from web.permissions import Permission, actor, requires, viewer
from web.present import done, state_name, unit_name

pages = Blueprint("campaigns", __name__)


class CampaignForm(OfficeForm):
    """A campaign."""

    name = StringField(_l("名称"))
    words = StringField(_l("标记词"))
    starts_on = DateField(_l("开始日期"), [Optional()])
    ends_on = DateField(_l("结束日期"), [Optional()])
    unit = SelectField(_l("牵头单位"))
    note = StringField(_l("说明"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = unit_choices()


@pages.get("/campaigns")
@requires(Permission.READ_ORDERS)
def index() -> str:
    rows = campaigns.listed()
    counts = {each.id: campaign_report.counted(each.id, viewer()) for each in rows}
    return render_template("campaigns/index.html", campaigns=rows, counts=counts, running=campaigns.running)


@pages.get("/campaigns/<int:number>")
@requires(Permission.READ_ORDERS)
def show(number: int) -> str:
    found = campaigns.campaign(number)
    report = campaign_report.report(number, viewer())
    return render_template(
        "campaigns/show.html", campaign=found, report=report,
        running=campaigns.running(found), left=campaigns.left(found),
        units=[(unit_name(unit), *counts) for unit, *counts in report.by_unit],
        results=[(result or _("尚无结果"), count) for result, count in report.by_result],
    )  # fmt: skip


@pages.get("/campaigns/<int:number>.csv")
@requires(Permission.READ_ORDERS)
def download(number: int) -> Response:
    """The campaign's orders, a line each."""
    found = campaigns.campaign(number)
    lines = campaign_report.report(number, viewer()).lines
    head = [_("工单号"), _("收单时间"), _("标题"), _("单位"), _("状态"), _("办结时间"), _("结果"), _("超期")]
    rows = [
        (
            line.order_no, line.received_at, line.subject, "、".join(map(unit_name, line.units)),
            state_name(line.state), line.closed_at, "、".join(line.results), _("是") if line.late else _("否"),
        )
        for line in lines
    ]  # fmt: skip
    exports.note(actor(), "campaign", "csv", rows=len(rows), campaign=found.name)
    content = BytesIO(exports.csv_file(head, rows))
    return send_file(content, "text/csv", as_attachment=True, download_name=f"banjie-campaign-{number}.csv")


@pages.route("/campaigns/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_CAMPAIGNS)
def new() -> BaseResponse | str | tuple[str, int]:
    return _edit(CampaignForm(starts_on=clock.today(), unit=viewer().unit), None)


@pages.route("/campaigns/<int:number>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_CAMPAIGNS)
def edit(number: int) -> BaseResponse | str | tuple[str, int]:
    found = campaigns.campaign(number)
    return _edit(CampaignForm(obj=found), found)


def _edit(form: CampaignForm, found: Campaign | None) -> BaseResponse | str | tuple[str, int]:
    if request.method == "GET":
        return render_template("campaigns/edit.html", form=form, campaign=found)
    if form.validate():
        try:
            number = campaigns.write(form.typed(), viewer(), number=found.id if found else None)
        except FormInvalid as error:
            form.blame(error, form.words)
        else:
            return done(_saved(number), url_for("campaigns.show", number=number))
    return render_template("campaigns/edit.html", form=form, campaign=found), 422


def _saved(number: int) -> str:
    """What saving has tagged, or how much of it goes on in the background."""
    if left := campaigns.left(campaigns.campaign(number)):
        return _("已保存；其余已登记的工单（%(n)s 件）在后台逐批查看", n=left)
    return _("已保存，归入的工单：%(n)s 件", n=campaign_report.counted(number, viewer()))


@pages.post("/orders/<order_no>/campaigns")
@requires(Permission.WORK)
def tag(order_no: str) -> BaseResponse:
    number = request.form.get("campaign", 0, type=int)
    campaigns.tag(order_no, number, viewer())
    said = _("已归入专项“%(name)s”", name=campaigns.campaign(number).name)
    return done(said, url_for("orders.show", order_no=order_no))


@pages.post("/orders/<order_no>/campaigns/<int:number>/remove")
@requires(Permission.WORK)
def untag(order_no: str, number: int) -> BaseResponse:
    campaigns.untag(order_no, number, viewer())
    said = _("已移出专项“%(name)s”，不再按词归入", name=campaigns.campaign(number).name)
    return done(said, url_for("orders.show", order_no=order_no))


@pages.record_once
def _bind(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(campaigns_of=campaigns.of_order, all_campaigns=campaigns.listed)
