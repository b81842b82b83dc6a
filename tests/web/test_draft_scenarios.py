"""The scenarios of a draft: found from its page, begun with a row, kept with its revisions, played, never deployed."""

from __future__ import annotations

import re

import pytest

from engine import definitions, drafts, queries
from tests.web.conftest import Person
from web import draft_scenarios

HEAD = ",".join(draft_scenarios.COLUMNS)


@pytest.fixture
def analyst(person) -> Person:
    return person("analyst")


@pytest.fixture
def draft(analyst: Person) -> str:
    """The address of a blank draft."""
    return str(analyst.post("/studio", name="新事项").location)


def _rows(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="rows"[^>]*>(.*?)</textarea>', page, re.S)
    assert found
    return found[1].strip().replace("&#34;", '"')


def test_the_page_of_a_draft_leads_to_its_scenarios_which_begin_with_a_row(analyst: Person, draft: str):
    assert f'href="{draft}/scenarios"' in analyst.get(draft).text
    page = analyst.get(f"{draft}/scenarios").text
    head, row = _rows(page).splitlines()
    assert head == HEAD and row.startswith("process_") and row.endswith(",end")
    walked = analyst.get(f"{draft}/scenarios/walked").text
    assert "1 个场景" in walked and "<svg" in walked and "不符" not in walked and "没有场景走过</h2>" not in walked


def test_rows_are_kept_with_the_draft_and_judged(analyst: Person, draft: str):
    rows = _rows(analyst.get(f"{draft}/scenarios").text)
    wrong = rows.removesuffix(",end") + ",elsewhere"
    page = analyst.post(f"{draft}/scenarios", follow=True, revision="1", rows=wrong).text
    assert _rows(page) == wrong and "scenarios.csv" in analyst.get(draft).text
    assert "不符" in analyst.get(f"{draft}/scenarios/walked").text
    assert analyst.post(f"{draft}/scenarios", revision="1", rows=rows).status_code == 409


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("process,scenario\n", "缺少 start、steps"),
        (f"{HEAD}\np,s,{{,,,,,\n", "有一行无法识别"),
        (f"{HEAD}\np,s,{{}},?!,,,,\n", "有一行无法识别"),
        (f"{HEAD}\np,s\n", "有一行无法识别"),
    ],
)
def test_rows_that_cannot_be_read_are_refused_and_stay_in_the_field(analyst: Person, draft: str, rows: str, said: str):
    answer = analyst.post(f"{draft}/scenarios", revision="1", rows=rows)
    assert answer.status_code == 422 and said in answer.text and _rows(answer.text) == rows.strip()


def test_rows_of_a_process_that_is_not_drawn_are_named(analyst: Person, draft: str):
    rows = _rows(analyst.get(f"{draft}/scenarios").text) + "\nstranger,一件,{},,,,,\n"
    analyst.post(f"{draft}/scenarios", revision="1", rows=rows)
    assert "没有演练：stranger" in analyst.get(f"{draft}/scenarios/walked").text


def test_scenarios_are_played_and_not_deployed(app, analyst: Person, draft: str, person):
    rows = _rows(analyst.get(f"{draft}/scenarios").text)
    analyst.post(f"{draft}/scenarios", revision="1", rows=rows)
    assert "可以部署" in analyst.get(draft).text
    assert "已部署" in person("admin").post(f"{draft}/deploy", follow=True, revision="2", note="").text
    with app.app_context():
        number = int(draft.rpartition("/")[2])
        assert definitions.SCENARIOS in drafts.files(number)
        assert definitions.SCENARIOS not in {one.path for one in queries.resources(1)}


def test_a_draft_with_errors_says_that_it_is_not_played(app, analyst: Person, draft: str):
    with app.app_context():
        number = int(draft.rpartition("/")[2])
        path = next(path for path in drafts.files(number) if path.startswith("forms/"))
        drafts.remove(number, path, revision=1, actor="admin")
    assert "改正后才能演练" in analyst.get(f"{draft}/scenarios/walked").text


def test_others_have_no_business_with_them(draft: str, person):
    assert person("clerk").get(f"{draft}/scenarios").status_code == 403
