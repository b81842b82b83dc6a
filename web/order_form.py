"""The operator's form of a new order. What is acceptable is the hotline's to say (engine/hotline/fields.py), so this
form only arranges the fields; every error comes back to its field."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, DateTimeLocalField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from engine.clock import local, now
from engine.errors import FormInvalid
from engine.hotline.fields import check
from engine.hotline.organisation import DISTRICTS
from web.errors import field_errors
from web.present import LINES, PRIORITIES, SOURCES, district_name

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MOST = Decimal("999999999999.99")  # yuan: what the register holds
OWN = {"source", "key", "csrf_token"}  # fields of the form that are no fields of an order
GENDERS = [("", "–"), ("男", _l("男")), ("女", _l("女")), ("不明", _l("不明"))]
ID_TYPES = [
    ("", "–"),
    ("身份证", _l("身份证")),
    ("护照", _l("护照")),
    ("港澳台", _l("港澳台证件")),
    ("其他", _l("其他")),
]


def _in_range(_form: FlaskForm, field: StringField) -> None:
    """Tells the limits of an amount, which the hotline only says are passed. What is no number is left to it."""
    try:
        amount = Decimal((field.data or "").replace(",", "").replace("，", "").strip().removesuffix("元"))
    except InvalidOperation:
        return
    if not 0 <= amount <= MOST:
        raise ValidationError(_("金额须在 0 至 %(most)s 元之间", most=f"{MOST:,}"))


class OrderForm(FlaskForm):
    """Fields of an order, as a clerk asks for them on the telephone: what, who, against whom."""

    key = HiddenField(default=lambda: uuid4().hex)  # pressing the button twice registers once
    source = SelectField(_l("来源"), choices=list(SOURCES.items()), default="12345")
    ext_no = StringField(_l("来源编号"))
    line = SelectField(_l("来源热线"), choices=[("", "–"), *LINES.items()], validate_choice=False)
    received_at = DateTimeLocalField(
        _l("收单时间"), [Optional()], format=MOMENTS, default=lambda: local(now()).replace(tzinfo=None)
    )
    priority = SelectField(
        _l("紧急程度"), choices=[("", _l("按内容判断")), *((str(code), name) for code, name in PRIORITIES.items())]
    )
    district = SelectField(
        _l("事发区"), choices=[("", _l("不明"))] + [(code, district_name(code)) for code in DISTRICTS]
    )
    subject = StringField(_l("标题"))
    content = TextAreaField(_l("诉求内容"), [InputRequired(_l("请填写诉求内容"))])
    request = TextAreaField(_l("具体请求"))

    name = StringField(_l("姓名"))
    phone = StringField(_l("电话"))
    gender = SelectField(_l("性别"), choices=GENDERS)
    id_type = SelectField(_l("证件类型"), choices=ID_TYPES)
    id_no = StringField(_l("证件号码"))
    address = StringField(_l("联系地址"))
    email = StringField(_l("电子邮箱"))
    anonymous = BooleanField(_l("匿名"))
    keep_secret = BooleanField(_l("要求保密"))
    consent_public = BooleanField(_l("同意公示投诉信息"))

    target_name = StringField(_l("被投诉举报人"))
    target_uscc = StringField(_l("统一社会信用代码"))
    target_address = StringField(_l("经营地址"))
    amount = StringField(_l("涉及金额（元）"), [_in_range])
    knew_date = DateField(_l("知道受害之日"), [Optional()])

    def fields(self) -> dict[str, Any]:
        """What was filled in, for `orders.register`."""
        return {name: value for name, value in self.data.items() if name not in OWN and value not in (None, "")}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """All errors at once: what the browser's fields could not read, and what the hotline has to say."""
        good = super().validate(*args, **kwargs)
        try:
            check(self.fields())
        except FormInvalid as error:
            self.blame(field_errors(error))
            return False
        return bool(good)

    def blame(self, errors: dict[str, list[str]]) -> None:
        """Put the hotline's errors at their fields."""
        for name, sentences in errors.items():
            field = self._fields.get(name, self.content)
            field.errors = list(field.errors) or sentences
