"""What the pages share that let a person do what else another system or the clock would do."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import BanjieError, FormInvalid
from web.errors import field_errors, sentence
from web.present import done

FIELD = "value."  # before the name of a variable


def fields() -> dict[str, str]:
    """What was typed into the fields for single variables."""
    return {name.removeprefix(FIELD): text for name, text in request.form.items() if name.startswith(FIELD)}


def why(error: BanjieError) -> str:
    """An error as one sentence, with what is wrong by field."""
    if not isinstance(error, FormInvalid):
        return sentence(error)
    return "；".join(f"{field}：{'、'.join(said)}" for field, said in field_errors(error).items())


def told(answer: dict[str, Any], page: str) -> Response:
    """Say who has taken a message or signal, and go to the one that did, else back to the page."""
    delivered, started = answer["delivered"], answer["started"]
    said = []
    if delivered:
        said.append(_("实例 %(n)s 已收到", n=_("、").join(map(str, delivered))))
    if started:
        said.append(_("实例 %(n)s 已启动", n=_("、").join(map(str, started))))
    if said:
        return done(_("；").join(said), url_for("instances.show", instance_id=(delivered or started)[0]))
    if answer["kept"]:
        return done(_("现在没有实例等待这条消息；它已留存，等到的实例会收到"), page, kind="info")
    return done(_("没有实例收到；如果刚才启动失败，异常里有登记"), page, kind="warning")
