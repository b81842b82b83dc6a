"""Deploying: the dry run comes before anything is stored."""

import pytest
from sqlalchemy import func, select

from engine import definitions
from engine.db import db
from engine.errors import DiagramRefused
from engine.models import Deployment

from .kit import diagram, end, line, process, start

ENDLESS = (
    '<bpmn:scriptTask id="a" name="算" scriptFormat="python"><bpmn:script>while True:\n  x = 1</bpmn:script>'
    "</bpmn:scriptTask>"
)


def files(step: str) -> dict[str, bytes]:
    return {"test.bpmn": diagram(process("p", start(), step, end(), line("s", "a", "e")))}


def test_a_bundle_that_breaks_in_the_dry_run_is_refused_and_not_stored(app):
    assert definitions.check(files(ENDLESS)).ok, "no rule sees it"
    with pytest.raises(DiagramRefused) as refused:
        definitions.deploy(files(ENDLESS), author="ann", try_first=True)
    assert [(f.rule, f.element, f.severity) for f in refused.value.findings] == [("dry-run-endless", "a", "error")]
    assert db.session.scalar(select(func.count(Deployment.id))) == 0


def test_the_setting_says_whether_there_is_a_dry_run(app):
    assert definitions.deploy(files(ENDLESS), author="ann").new == [("p", 1)]
    app.config["DRY_RUN"] = True
    with pytest.raises(DiagramRefused):
        definitions.deploy(files(ENDLESS), author="ann")
    fine = ENDLESS.replace("while True:\n  x = 1", "x = 1")
    assert definitions.deploy(files(fine), author="ann").new == [("p", 2)]


def test_in_production_there_is_a_dry_run():
    from app import Settings

    assert Settings.model_fields["dry_run"].default is True
