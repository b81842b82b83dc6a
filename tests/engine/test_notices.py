from __future__ import annotations

from datetime import date

import pytest

from engine import errors, notices
from engine.calendar import Override


def test_a_notice_is_read_with_the_words_of_either_language() -> None:
    file = "\ufeffday,working,statutory,note\n2027-01-01,休,是,元旦\n2027-02-20,1,,春节调休上班\n"
    assert notices.read(file.encode(), 2027) == {
        date(2027, 1, 1): Override(working=False, statutory=True, note="元旦"),
        date(2027, 2, 20): Override(working=True, statutory=False, note="春节调休上班"),
    }


def test_columns_beyond_the_first_two_may_be_left_out() -> None:
    assert notices.read(b"day,working\n2027-01-01,0\n", 2027) == {date(2027, 1, 1): Override(False, False, "")}


def test_a_wrong_line_is_named() -> None:
    with pytest.raises(errors.Invalid, match="line 3"):
        notices.read(b"day,working\n2027-01-01,0\n2027-01-02,perhaps\n", 2027)
