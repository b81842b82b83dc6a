from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine import clock
from engine.db import db, transaction
from engine.models import Timer


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_prepared_database_is_ready(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200 and answer.json["database"] is True


def test_timers_left_lying_show_that_no_worker_runs(app: Flask, client, order):
    order()
    with app.app_context(), transaction() as session:
        session.add(Timer(instance_id=1, token=99, element="look", due=clock.now() - timedelta(hours=1)))
    answer = client.get("/readyz").json
    assert answer["worker"] is False and answer["timer_lag_seconds"] >= 3600


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_account(client, path: str):
    assert client.get(path).status_code == 200


def test_without_tables_it_is_not_ready(app: Flask, client):
    with app.app_context():
        db.drop_all()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
