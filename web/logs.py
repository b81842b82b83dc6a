"""Logs as JSON lines. What people typed, their names and numbers never get into them.

A request is its id, method, route (`/orders/<order_no>`, not the address), status and milliseconds. An error is its
kind and where it came from: its text may repeat what somebody typed, or a row of the database.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import time
import traceback
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger("banjie.request")

GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")  # ids of requests that a proxy has given
LEVELS = ("debug", "info", "warning", "error")


class Lines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if has_request_context() and "request_id" in g:
            line["request"] = g.request_id
        line |= getattr(record, "said", None) or {"text": _text(record)}
        if record.exc_info and record.exc_info[1]:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _text(record: logging.LogRecord) -> str:
    """The message; of an exception among its arguments only the kind."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(type(each).__name__ if isinstance(each, BaseException) else each for each in args)
    return str(record.msg) % args if args else str(record.msg)


def _error(error: BaseException | None) -> list[dict[str, Any]]:
    """Kinds and places, the error first, then what it came from."""
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < 5:
        frames = traceback.extract_tb(error.__traceback__)
        kind = type(error)
        found.append(
            {
                "kind": f"{kind.__module__}.{kind.__qualname__}",
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        error = error.__cause__ or error.__context__
    return found


def config(level: str) -> dict[str, Any]:
    """The logging of a process that serves: our own loggers from `level` on, others from warning on."""
    own = {"level": level.upper() if level in LEVELS else "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Lines}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {"banjie": own, "engine": own, "web": own},
    }


def configure(level: str) -> None:
    """Let this process log so."""
    logging.config.dictConfig(config(level))


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if GIVEN.fullmatch(given) else uuid4().hex
    g.received = time.perf_counter()  # web/metrics.py counts from here, too


def _answered(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if log.isEnabledFor(logging.INFO):
        said = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.received) * 1000, 1),
        }
        log.info("request", extra={"said": said})
    return response


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_answered)
