"""The JSON API for other systems: orders and messages in, tasks out and back. `/openapi.json` describes it.

Who calls is told by `Authorization: Bearer <token>` (`flask users token NAME`); the token acts as its user, with that
user's permissions. No cookie counts here, so no CSRF token is asked for.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, APIFlask
from apiflask.exceptions import HTTPError
from flask import Response

from web.auth import csrf
from web.errors import problem

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Banjie")


def _invalid(error: HTTPError) -> Response:
    """What APIFlask refuses, in the house's form: sentences by field."""
    fields = {
        name: said
        for part in dict(error.detail or {}).values()
        if isinstance(part, dict)
        for name, said in part.items()
    }
    more: dict[str, Any] = {"errors": fields} if fields else {}
    return problem(error.status_code, str(error.message), slug="invalid", **more)


def init_app(app: APIFlask) -> None:
    from web.api import credit, messages, orders, tasks  # noqa: F401  they register their views

    app.title, app.version = "Banjie", "1"
    app.security_schemes = {"bearer": {"type": "http", "scheme": "bearer"}}
    app.config["VALIDATION_ERROR_STATUS_CODE"] = 422
    app.config["SYNC_LOCAL_SPEC"] = False
    app.register_error_handler(HTTPError, _invalid)
    csrf.exempt(api)
    app.register_blueprint(api)
