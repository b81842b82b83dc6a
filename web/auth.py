"""Signing in, the language of a request, and the headers that keep a browser honest."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request, session
from flask_babel import Babel
from flask_babel import gettext as _
from flask_security import LoginForm, Security, current_user
from flask_security.forms import NextFormMixin
from flask_wtf.csrf import CSRFProtect
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    XContentTypeOptions,
    XFrameOptions,
)

from web import accounts

LOCALES = {"zh_CN": "中文", "en": "English"}
csrf = CSRFProtect()
babel = Babel()
security = Security()


class SignIn(LoginForm, NextFormMixin):
    """User name and password; after too many wrong ones in a row the account rests for some minutes."""

    email = None

    def validate(self, **kwargs: Any) -> bool:
        user = accounts.find(self.username.data or "")
        if user is not None and accounts.locked(user):
            self.form_errors = [_("密码连续输错多次，请 5 分钟后再试")]
            return False
        good = bool(super().validate(**kwargs))
        if not good:  # one sentence for all, so that nobody learns which names exist
            self.username.errors, self.password.errors = [], []
            self.form_errors = [_("用户名或密码不正确")]
        if user is not None and (user.failures or not good):
            accounts.note_attempt(user.id, good)
        return good


def _policy(*, diagram: bool) -> ContentSecurityPolicy:
    """Nothing inline, nothing from elsewhere. bpmn-js positions its canvas by style attributes, so diagrams may."""
    own = "'self'"
    policy = ContentSecurityPolicy().default_src(own).script_src(own).style_src(own).img_src(own, "data:")
    policy = policy.font_src(own, "data:").connect_src(own).object_src("'none'").base_uri("'none'")
    policy = policy.form_action(own).frame_ancestors("'none'")
    return policy.style_src_attr("'unsafe-inline'") if diagram else policy


def _headers(*, diagram: bool) -> Secure:
    return Secure(
        csp=_policy(diagram=diagram),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


_PLAIN, _DIAGRAM = _headers(diagram=False), _headers(diagram=True)


def shows_diagram() -> None:
    """This request's page holds a diagram: let its styles through."""
    g.shows_diagram = True


def _secure(response: Response) -> Response:
    (_DIAGRAM if g.get("shows_diagram") else _PLAIN).set_headers(response)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def locale() -> str:
    """The person's language, else the session's, else Chinese. Machines say theirs by Accept-Language."""
    if not has_request_context():
        return "zh_CN"
    if request.path.startswith("/api/"):
        return "en" if request.accept_languages.best_match(["zh", "en"], "zh") == "en" else "zh_CN"
    chosen = session.get("locale") or (current_user.locale if current_user.is_authenticated else None)
    return chosen if chosen in LOCALES else "zh_CN"


def _demo() -> dict[str, Any]:
    """In a demo, and only there, the sign-in page says who one may be."""
    if not current_app.config["DEMO"]:
        return {}
    from web import demo

    return {"demo_accounts": demo.shown_accounts(), "demo_password": demo.PASSWORD}


def init_app(app: Flask) -> None:
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.config.from_mapping(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SINGLE_HASH=True,  # argon2 salts by itself
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_USERNAME_MIN_LENGTH=2,
        SECURITY_USERNAME_ALLOWED_CHARS=["L", "N", "Pc", "Pd", "Po"],  # letters, digits, _ - . @
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": lambda name: name, "case_insensitive": False}}],
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_POST_CHANGE_VIEW="/account",
        SECURITY_CHANGE_URL="/account/password",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long form must not be lost to a clock
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=os.path.join(app.root_path, "translations"),
    )
    babel.init_app(app, locale_selector=locale)
    csrf.init_app(app)
    security.init_app(app, accounts.datastore, login_form=SignIn)
    security.login_context_processor(_demo)
    app.after_request(_secure)
