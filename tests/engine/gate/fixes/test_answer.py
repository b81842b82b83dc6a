"""The answer of a decision is kept under the name that is asked."""

import pytest

from engine.gate import fixes
from tests.engine.gate.cases.decisions_answers import BAD, GOOD
from tests.engine.gate.draw import judge
from tests.engine.gate.fixes.drawing import NAMES, offered

LOST = [case[2] for case in BAD if case[0] == "answer-lost"]


@pytest.mark.parametrize("files", LOST)
def test_it_is_kept_and_nothing_is_left_to_tell(files):
    [offer] = offered(files, "answer")
    assert (offer.element, offer.rule, offer.choice) == ("a", "answer-lost", "")
    told = {one.rule for one in judge(files).findings}
    assert not told & {"name-unset", "name-near", "value-never", "value-doubtful"}  # they would advise otherwise
    made = fixes.apply(files, [offer.id], **NAMES).files
    assert judge(made).ok and not {one.rule for one in judge(made).findings} & {"answer-lost", "name-unset"}


def test_where_nothing_asks_or_another_step_sets_it_a_person_decides():
    unkept = [case[2] for case in BAD if case[0] == "answer-unkept"]
    assert not [one for files in [*unkept[:1], *GOOD] for one in offered(files, "answer")]
