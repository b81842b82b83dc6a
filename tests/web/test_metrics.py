from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app import ROOT, create_app
from engine import clock
from engine.db import db, transaction
from engine.models import Incident, Timer
from tests.conftest import KEYS
from web import metrics
from web.serve import server_command

AWAY = {"REMOTE_ADDR": "10.1.2.3"}


def figures(text: str) -> dict[str, float]:
    """Values by series, as `name{label=value}`."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def look(client, **kw) -> dict[str, float]:
    answer = client.get("/metrics", **kw)
    assert answer.status_code == 200
    return figures(answer.text)


def test_what_the_door_commits_is_counted(client, order):
    before = look(client).get("banjie_steps_total{service=web}", 0)
    order()
    after = look(client)
    assert after["banjie_steps_total{service=web}"] > before
    assert after["banjie_batch_commands_count{service=web}"] > 0
    assert after["banjie_commit_seconds_count{service=web}"] == after["banjie_batch_commands_count{service=web}"]
    assert after["banjie_queue_commands{service=web}"] == 0


def test_requests_are_counted_by_route_and_never_by_address(person):
    handler = person("handler", unit="310115")
    handler.get("/orders/SH20260511-424242")
    found = handler.get("/metrics").text
    assert 'banjie_requests_total{method="GET",route="/orders/<order_no>",status="404"}' in found
    assert "424242" not in found


def test_the_lag_of_the_oldest_due_timer_is_told(app: Flask, client, order):
    order()
    with app.app_context(), transaction() as session:
        session.add(Timer(instance_id=1, token=99, element="look", due=clock.now() - timedelta(hours=1)))
        session.add(Timer(instance_id=1, token=98, element="look", due=clock.now() - timedelta(hours=2), held=True))
    found = look(client)
    assert 3600 <= found["banjie_timer_lag_seconds"] < 3700  # one that is held waits for a person
    assert found["banjie_timers_due"] == 1


def test_open_incidents_are_counted_by_kind(app: Flask, client):
    at = clock.now()
    with app.app_context(), transaction() as session:
        session.add(Incident(id=1, kind="job", message="m", retry="{}", status="open", opened=at))
        session.add(Incident(id=2, kind="job", message="m", retry="{}", status="resolved", opened=at))
    assert look(client)["banjie_incidents_open{kind=job}"] == 1


def test_a_database_that_does_not_answer_is_a_figure_too(app: Flask, client):
    with app.app_context():
        db.drop_all()
    assert look(client)["banjie_database_up"] == 0


def test_without_a_token_only_this_host_may_look(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=AWAY).status_code == 403


@pytest.mark.parametrize("header", metrics.FORWARDED)
def test_who_comes_through_a_proxy_is_not_of_this_host(client, header: str):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_with_a_token_it_opens_everywhere_and_nothing_else_does(database_url: str, tmp_path: Path):
    settings = {"database_url": database_url, "INSTANCE_PATH": tmp_path, "metrics_token": "s3cret"}
    client = create_app({**KEYS, **settings}).test_client()
    for header in ({}, {"Authorization": "Bearer s3cre"}, {"Authorization": "Basic s3cret"}):
        assert client.get("/metrics", headers=header).status_code == 403
    shown = {"Authorization": "Bearer s3cret", "X-Forwarded-For": "10.1.2.3"}
    assert client.get("/metrics", headers=shown, environ_base=AWAY).status_code == 200


def test_a_transaction_that_is_lost_is_a_conflict(client):
    def lost() -> float:
        return look(client).get("banjie_conflicts_total{service=web}", 0)

    before = lost()
    metrics._transacted(0, 0.1, 3)
    assert lost() == before + 1


def test_a_count_that_fails_takes_no_commit_back(app: Flask, client, order):
    app.extensions["banjie.door"].watchers.insert(0, lambda *_: 1 / 0)
    assert order()


def test_any_process_answers_for_all(tmp_path: Path):
    env = {"BANJIE_WEB_PROCESSES": "2", metrics.FOLDER: str(tmp_path / "metrics")}
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_4194999.db").write_bytes(b"")  # of a process that is no more
    with serving(tmp_path, env) as address:
        for _ in range(30):
            read(f"{address}/healthz")
        counts = {re.search(r'route="/healthz",status="200"} (\S+)', read(f"{address}/metrics"))[1] for _ in range(9)}
    assert counts == {"30.0"}
    kept = [path.stem for path in (tmp_path / "metrics").glob("counter_*.db")]
    assert "counter_4194999" not in kept and kept


@contextmanager
def serving(folder: Path, env: dict[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = {f"BANJIE_{name.upper()}": value for name, value in KEYS.items()}
    url = {"BANJIE_DATABASE_URL": f"sqlite:///{folder / 'd.db'}", "PATH": str(Path(sys.executable).parent)}
    log = (folder / "log").open("w")
    server = subprocess.Popen(server_command(port), cwd=ROOT, env=keys | url | env, stderr=log)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()
