"""What Prometheus reads at `/metrics`: steps, commits, requests, and what waits in the database.

Processes count for themselves. With `PROMETHEUS_MULTIPROC_DIR` set, all of a host write their counts to files there and
any of them answers for all; without it each answers for itself. What waits is asked of the database, so it is true for
all hosts. Series bear the `service`, so that a restart of one takes nothing from the counts of the other.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engine import timers
from engine.clock import now
from engine.db import db
from engine.errors import Forbidden
from engine.models import Incident, Job, Timer
from web.permissions import Permission, requires

pages = Blueprint("metrics", __name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
HERE = {"127.0.0.1", "::1"}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")  # behind a proxy everybody seems to be here
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

registry = CollectorRegistry()
_OWN: dict[str, Any] = {"registry": registry, "namespace": "banjie"}
STEPS = Counter("steps", "Commands that were committed", ["service"], **_OWN)
CONFLICTS = Counter("conflicts", "Transactions taken back, most of them lost to another process", ["service"], **_OWN)
BATCH = Histogram("batch_commands", "Commands in one commit", ["service"], buckets=BATCHES, **_OWN)
COMMIT = Histogram("commit_seconds", "From a transaction's begin to its commit", ["service"], buckets=SECONDS, **_OWN)
QUEUE = Gauge("queue_commands", "Commands that wait", ["service"], multiprocess_mode="livesum", **_OWN)
REQUESTS = Counter("requests", "Requests answered", ["method", "route", "status"], **_OWN)
ANSWER = Histogram("request_seconds", "Time to answer a request", ["route"], buckets=SECONDS, **_OWN)

_service = "web"


def serve_as(service: str) -> None:
    """Say what this process is, and take away what processes of this host that are gone have counted."""
    global _service
    _service = service
    sweep()


def sweep() -> None:
    """Take away the files of processes that are no more: a service that starts anew counts from nothing."""
    for file in Path(os.environ[FOLDER]).glob("*.db") if FOLDER in os.environ else ():
        pid = file.stem.rpartition("_")[2]
        if not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)


def ended(pid: int) -> None:
    """A process of gunicorn has ended: its queue is no more, its counts stay."""
    if FOLDER in os.environ:
        mark_process_dead(pid)


@pages.get("/metrics")
@requires(Permission.PUBLIC)
def metrics() -> Response:
    """All figures, for those who know the token, or, without one, for this host only."""
    if not _admitted():
        raise Forbidden("metrics need their token", zh="监控数据需要令牌")
    return Response(generate_latest(_all()), content_type=CONTENT_TYPE_LATEST)


def _admitted() -> bool:
    token = current_app.config["SETTINGS"].metrics_token
    if token:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    return request.remote_addr in HERE and not any(name in request.headers for name in FORWARDED)


def _all() -> CollectorRegistry:
    found = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(found)
    else:
        found.register(registry)
        ProcessCollector(namespace="banjie", registry=found)
    found.register(Waiting())
    return found


class Waiting:
    """What waits in the database, asked at every look."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from self._found()
            up = 1
        except SQLAlchemyError:
            up = 0
        finally:
            db.session.rollback()
        yield GaugeMetricFamily("banjie_database_up", "1 when the database answers", value=up)

    def _found(self) -> list[GaugeMetricFamily]:
        at, first = now(), timers.next_due()
        lag = max(0.0, (at - first).total_seconds()) if first else 0.0
        late = db.session.scalar(select(func.count()).select_from(Timer).where(~Timer.held, Timer.due <= at)) or 0
        jobs = select(Job.status, func.count()).where(Job.status.in_(("due", "running", "failed"))).group_by(Job.status)
        open_ = select(Incident.kind, func.count()).where(Incident.status == "open").group_by(Incident.kind)
        return [
            GaugeMetricFamily("banjie_timer_lag_seconds", "How long the oldest due timer has been due", value=lag),
            GaugeMetricFamily("banjie_timers_due", "Timers that are due and have not fired", value=late),
            _by("banjie_jobs", "Jobs that are not done", "status", jobs, ("due", "running", "failed")),
            _by("banjie_incidents_open", "Open incidents", "kind", open_, ()),
        ]


def _by(name: str, text: str, label: str, query: Any, always: tuple[str, ...]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in (dict.fromkeys(always, 0) | dict(db.session.execute(query).tuples().all())).items():
        family.add_metric([value], count)
    return family


def _transacted(committed: int, seconds: float, waiting: int) -> None:
    if committed:
        STEPS.labels(_service).inc(committed)
        BATCH.labels(_service).observe(committed)
        COMMIT.labels(_service).observe(seconds)
    else:
        CONFLICTS.labels(_service).inc()
    QUEUE.labels(_service).set(waiting)


def _answered(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    REQUESTS.labels(request.method, route, response.status_code).inc()
    ANSWER.labels(route).observe(time.perf_counter() - g.received)
    return response


def init_app(app: Flask) -> None:
    if FOLDER in os.environ:
        Path(os.environ[FOLDER]).mkdir(parents=True, exist_ok=True)
    app.after_request(_answered)
    app.extensions["banjie.door"].watchers.append(_transacted)
