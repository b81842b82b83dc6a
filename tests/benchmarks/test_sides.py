"""What is timed is what is said: every side takes every case through all its user tasks to its end."""

import json
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from tests.benchmarks import naive, ours
from tests.benchmarks.cases import CASES
from tests.benchmarks.rows import RowsSide


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bench.db'}"


@pytest.mark.parametrize("case", CASES)
def test_ours_ends_every_case(case: str, url: str) -> None:
    ours.install(url, CASES[case].bundle())
    side = ours.Banjie(url, case, 2, worker=True)
    side.prepare()
    try:
        assert side.run() == 2 * len(CASES[case].steps)
    finally:
        side.close()


@pytest.mark.parametrize("case", CASES)
def test_the_naive_way_ends_every_case(case: str, url: str) -> None:
    naive.install(url, naive.NaiveSide.tables)
    side = naive.NaiveSide(url, case, 2, 0)
    side.prepare()
    assert side.run() == 2 * len(CASES[case].steps)
    states = side.execute("SELECT state FROM naive", ()).fetchall()
    assert [BpmnWorkflowSerializer().deserialize_json(state).completed for (state,) in states] == [True, True]
    side.close()


@pytest.mark.parametrize("case", CASES)
def test_rows_per_task_end_every_case_with_all_that_was_submitted(case: str, url: str) -> None:
    naive.install(url, RowsSide.tables)
    side = RowsSide(url, case, 2, 0)
    side.prepare()
    side.run()
    wholes = side.execute("SELECT properties FROM row_instance", ()).fetchall()
    assert [json.loads(whole)["completed"] for (whole,) in wholes] == [True, True]
    ended = json.loads(wholes[0][0])["data"]
    assert ended.items() >= (CASES[case].variables | CASES[case].steps[-1][1]).items()
    side.close()
