"""The metronome: APScheduler ticks, the database decides what is due.

One in-memory job and no job store: APScheduler's stored jobs are lost, doubled or dropped under kills and outages,
rows of our own are not.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from engine import jobs, messages, timers
from engine.db import db

log = logging.getLogger(__name__)

SWEEP = 30  # ticks between two looks for rare leftovers
sweeps: list[Callable[[], object]] = [messages.match_kept, messages.drop_expired]


def tick(app: Flask) -> int:
    """Do all that is due now; returns how much was done. Never raises: the next tick tries again."""
    done = 0
    try:
        with app.app_context():
            while True:
                now = timers.fire_due() + jobs.run_due()
                done += now
                if not now:
                    return done
    except Exception:
        log.exception("a tick of the worker failed")
        return done


def sweep(app: Flask) -> None:
    """Heal what a crash or a race between two processes left half way."""
    for heal in sweeps:
        try:
            with app.app_context():
                heal()
                db.session.rollback()
        except Exception:
            log.exception("a sweep of the worker failed")


def run(app: Flask, seconds: float, stop: threading.Event | None = None) -> None:
    """Tick until `stop` is set: every `seconds`, never two ticks at once, late ticks run late instead of never."""
    stop = stop or threading.Event()
    scheduler = BackgroundScheduler()
    options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(tick, "interval", seconds=seconds, args=[app], **options)
    scheduler.add_job(sweep, "interval", seconds=SWEEP * seconds, args=[app], **options)
    sweep(app)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown()
