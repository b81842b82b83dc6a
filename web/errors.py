"""One table: class of error -> status. Every error becomes a page or problem+json; nothing of the inside leaks.

A person or machine sees a sentence and an id; the log has the same id with the traceback.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from engine import errors

log = logging.getLogger("banjie.web")


class SignInFirst(errors.BanjieError):
    """Sign in first."""

    zh = "请先登录"


STATUS: dict[type[Exception], int] = {
    SignInFirst: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.FormInvalid: 422,
    errors.Invalid: 422,
    errors.CalendarYearMissing: 422,
    errors.DiagramRefused: 422,
    errors.DiagramFault: 500,
    errors.Stale: 503,
    errors.Unavailable: 503,
    errors.BanjieError: 500,
}

# Of an error's details only these are told: who was faster, and when.
TOLD = ("by", "at")

SENTENCES: dict[int, Any] = {
    400: _l("请求无法识别"),
    401: _l("请先登录"),
    403: _l("您没有这项权限"),
    404: _l("找不到所要的内容"),
    405: _l("这个地址不支持该操作"),
    409: _l("他人已先行处理"),
    413: _l("上传内容过大"),
    415: _l("不支持这种内容类型"),
    422: _l("输入有误"),
    429: _l("请求过于频繁，请稍后再试"),
    500: _l("系统出错了，已记录，请稍后再试"),
    503: _l("系统暂时不可用，请稍后再试"),
}


def status_of(error: Exception) -> int:
    """The status of the nearest class of the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def sentence(error: errors.BanjieError) -> str:
    """What the error says to a person, in the language of the request; who was faster is called by name."""
    text = error.zh if str(get_locale() or "zh").startswith("zh") else str(error)
    by = str(error.details.get("by") or "")
    if by:
        from web.accounts import names

        with suppress(DBAPIError):  # the database may have gone away meanwhile; the user name tells it, too
            text = text.replace(by, names([by]).get(by, by))
    return text


def field_errors(error: errors.FormInvalid) -> dict[str, list[str]]:
    """What is wrong by field, in the language of the request."""
    return error.errors if str(get_locale() or "zh").startswith("zh") else error.en


def wants_json() -> bool:
    """The API, our scripts and htmx take problem+json; a browser that navigates takes a page."""
    if request.path.startswith("/api/") or request.headers.get("HX-Request"):
        return True
    accept = request.accept_mimetypes
    return accept.best_match(["text/html", "application/json"], "text/html") == "application/json"


def problem(status: int, detail: str, *, slug: str, error_id: str | None = None, **more: Any) -> Response:
    """An answer of RFC 9457, as page or as JSON."""
    if not wants_json():
        title = SENTENCES.get(status, detail)
        page = render_template(
            "errors/error.html", status=status, title=title, detail=detail, error_id=error_id, **more
        )
        return make_response(page, status)
    body = {"type": f"urn:banjie:problem:{slug}", "title": str(SENTENCES.get(status, detail)), "status": status}
    body |= {"detail": detail, **({"id": error_id} if error_id else {}), **more}
    response = jsonify(body)
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def _known(error: errors.BanjieError) -> Response:
    status = status_of(error)
    slug = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("-")
    more: dict[str, Any] = {name: error.details[name] for name in TOLD if name in error.details}
    if isinstance(error, errors.FormInvalid):
        more["errors"] = field_errors(error)
    if isinstance(error, errors.DiagramRefused):
        more["findings"] = [finding_view(f) for f in error.findings]
    return problem(status, sentence(error), slug=slug, error_id=_logged(error) if status >= 500 else None, **more)


def finding_view(finding: errors.Finding) -> dict[str, Any]:
    """A finding of the gate in the language of the request."""
    zh = str(get_locale() or "zh").startswith("zh")
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "file": finding.file,
        "element": finding.element,
        "text": finding.zh if zh else finding.en,
        "mend": finding.mend_zh if zh else finding.mend_en,
    }


def _fault(error: errors.DiagramFault) -> Response:
    """The diagram could not go on: the case stands where it stood, and somebody looks after the incident."""
    incident, error_id = error.details.get("incident"), _logged(error)
    if incident is None:  # nothing has happened, and nothing is noted
        return problem(500, sentence(error), slug="diagram-fault", error_id=error_id)
    if wants_json():
        kept = _("填写的内容没有丢失，已登记异常 %(n)s，由系统管理员处理。", n=incident)
        detail = f"{sentence(error)} — {kept}"
        return problem(500, detail, slug="diagram-fault", error_id=error_id, incident=incident)
    from web.accounts import holders

    page = render_template(
        "errors/fault.html", why=sentence(error), incident=incident, error_id=error_id, keepers=holders("admin")
    )
    return make_response(page, 500)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]
    return problem(status, str(SENTENCES.get(status, error.name)), slug=str(error.name).lower().replace(" ", "-"))


def _csrf(_error: CSRFError) -> Response:
    return problem(400, _("页面已过期，请刷新后重试；填写的内容请先复制"), slug="csrf")


def _database(error: DBAPIError) -> Response:
    if isinstance(error, OperationalError) or error.connection_invalidated:
        away = errors.Unavailable()
        away.__cause__ = error.orig
        return _known(away)
    return _unknown(error)


def _unknown(error: Exception) -> Response:
    return problem(500, str(SENTENCES[500]), slug="internal", error_id=_logged(error))


def _logged(error: Exception) -> str:
    """Log with an id. The address is not logged, only the view: a log must not collect what people type.

    While the database is away every request says so, in one line: the same traceback each time would hide the others.
    """
    error_id = secrets.token_hex(4)
    if isinstance(error, errors.Unavailable):
        why = str(error.__cause__ or type(error).__name__).partition("\n")[0]
        log.error("error %s in %s %s: %s", error_id, request.method, request.endpoint, why)
    else:
        log.error("error %s in %s %s", error_id, request.method, request.endpoint, exc_info=error)
    return error_id


def init_app(app: Flask) -> None:
    app.register_error_handler(errors.BanjieError, _known)
    app.register_error_handler(errors.DiagramFault, _fault)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unknown)
