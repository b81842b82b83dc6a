"""The register of trainings: what was taught to whom against which defect, and which units still lack one."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from engine import clock
from engine.errors import FormInvalid
from engine.hotline import exports, trainings
from web import accounts
from web.office_form import OfficeForm, unit_choices
from web.permissions import Permission, actor, requires, viewer
from web.present import done, unit_name

pages = Blueprint("trainings", __name__)


class TrainingForm(OfficeForm):
    """A training that was held."""

    topic = StringField(_l("培训内容"))
    held_on = DateField(_l("日期"), [Optional()])
    unit = SelectField(_l("参训单位"))
    trainer = StringField(_l("授课人"))
    rule = SelectField(_l("针对的缺陷"))
    people = TextAreaField(_l("参训人员"))
    note = StringField(_l("备注"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = unit_choices()
        known = {rule: f"{rule} {kind}" for rule, kind in trainings.rules().items()}
        asked = {self.rule.data: self.rule.data} if self.rule.data else {}
        self.rule.choices = [("", _("不针对某项缺陷")), *(asked | known).items()]


@pages.get("/trainings")
@requires(Permission.READ_BULLETINS)
def index() -> str:
    asked = _asked()
    rows = trainings.listed(viewer(), unit=asked["unit"], rule=asked["rule"])
    lacking, rules = trainings.lacking(viewer()), trainings.rules()
    names = _names(rows)
    return render_template(
        "trainings/index.html", rows=rows, lacking=lacking, rules=rules, asked=asked, names=names
    )  # fmt: skip


def _names(rows: list[trainings.Row]) -> dict[str, str]:
    """What the people who have an account are called."""
    return accounts.names(person.account or "" for row in rows for person in row.people)


def _lines(rows: list[trainings.Row]) -> Iterator[tuple[Any, ...]]:
    names = _names(rows)
    for training, people in ((row.training, row.people) for row in rows):
        called = "、".join(names.get(person.account or "", person.person) for person in people)
        unit = unit_name(training.unit)
        yield training.held_on, training.topic, unit, training.trainer, training.rule, called, training.note


def _asked() -> dict[str, str | None]:
    return {name: request.args.get(name) or None for name in ("unit", "rule")}


@pages.get("/trainings.csv")
@requires(Permission.READ_BULLETINS)
def download() -> Response:
    """The same list, a line for each training."""
    asked = _asked()
    rows = trainings.listed(viewer(), unit=asked["unit"], rule=asked["rule"])
    head = [_("日期"), _("培训内容"), _("参训单位"), _("授课人"), _("针对的缺陷"), _("参训人员"), _("备注")]
    content = BytesIO(exports.csv_file(head, list(_lines(rows))))
    exports.note(actor(), "trainings", "csv", rows=len(rows), **asked)
    return send_file(content, "text/csv", as_attachment=True, download_name="banjie-trainings.csv")


@pages.route("/trainings/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_TRAININGS)
def new() -> BaseResponse | str | tuple[str, int]:
    """The list of those who lack a training leads here with unit and rule filled in."""
    given = {"unit": request.args.get("unit") or viewer().unit, "rule": request.args.get("rule")}
    form = TrainingForm(held_on=clock.today(), **given)
    if request.method == "GET":
        return render_template("trainings/new.html", form=form)
    if form.validate():
        try:
            colleagues = {user.username: user.display_name for user in accounts.colleagues(form.unit.data or None)}
            trainings.register(form.typed(), viewer(), colleagues)
        except FormInvalid as error:
            form.blame(error, form.people)
        else:
            return done(_("已登记"), url_for("trainings.index"))
    return render_template("trainings/new.html", form=form), 422
