"""What is counted, of whom, and in which period; on both databases."""

from __future__ import annotations

from datetime import timedelta

from engine import clock
from engine.hotline.bulletin import counts, schemes
from engine.hotline.bulletin.periods import period
from tests.engine.hotline.bulletin.conftest import DAY, MINHANG, PUDONG

MAY = period("2026-05")


def take(app, key: str = "2026-05"):
    scheme = schemes.scheme(app.config["SETTINGS"].processes_path, period(key).last)
    with clock.virtual(DAY + timedelta(30)):
        return counts.take(period(key), scheme)


def test_a_station_counts_with_its_bureau_and_the_sum_is_the_whole(bureau, month) -> None:
    found = take(bureau)
    assert set(found["units"]) == {MINHANG, PUDONG, "BIZ-DJ", "YJ"}
    assert found["units"][PUDONG]["tally"]["handled"] == 4
    assert found["all"]["handled"] == 9 == sum(unit["tally"]["handled"] for unit in found["units"].values())
    assert found["natures"] == {"投诉": 7, "举报": 1, "咨询": 1}


def test_orders_are_grouped_as_the_bulletin_prints_them(bureau, month) -> None:
    assert take(bureau)["transferred"] == {
        "区局投诉举报": 7, "处室和区局咨询": 1, "市药品监管局": 1, "市知识产权局": 0, "市消保委": 0,
    }  # fmt: skip


def test_in_time_late_and_overdue(bureau, month) -> None:
    tally = take(bureau)["units"][PUDONG]["tally"]
    assert (tally["ended"], tally["in_time"], tally["open_late"]) == (2, 1, 2)
    assert tally["returned"] == 2


def test_an_anonymous_citizen_cannot_be_contacted(bureau, month) -> None:
    tally = take(bureau)["units"][PUDONG]["tally"]
    assert (tally["contact_wanted"], tally["contacted"]) == (3, 1)


def test_results_findings_answers_and_defects(bureau, month) -> None:
    whole = take(bureau)["all"]
    assert whole["results"] == {"实际解决": 4, "解释说明": 1}
    assert whole["findings"] == {"属实": 4, "不属实": 1}
    assert whole["survey"] == {"满意": 3, "基本满意": 1, "不满意": 1}
    assert whole["defects"] == {"勾选不准确": 1}
    assert (whole["reports"], whole["passed"]) == (5, 4)


def test_another_period_counts_its_own_only(bureau, month) -> None:
    march, april = take(bureau, "2026-03"), take(bureau, "2026-04")
    assert (march["all"]["handled"], march["all"]["ended"]) == (1, 0)
    assert (april["all"]["handled"], april["all"]["ended"]) == (0, 1)
    assert take(bureau, "2025")["all"] == counts.empty()


def test_who_was_called_twice_counts_once_with_the_last_answer(bureau, matter) -> None:
    from engine.db import transaction
    from engine.hotline.models import Survey

    number = matter(answer="不满意")
    with transaction() as session:
        session.add(
            Survey(
                instance_id=99, seq=1, matter_no=number, unit=PUDONG, reached="接通", satisfaction="满意",
                at=DAY + timedelta(9),
            )
        )  # fmt: skip
    assert take(bureau)["all"]["survey"] == {"满意": 1}


def test_one_stop_consultations_and_concentrations(bureau, matter) -> None:
    matter("BIZ-DJ", "咨询", order={"category": "一网通办"})
    matter("BIZ-DJ", "咨询")
    for _ in range(100):
        matter(order={"target_name": "开心豆"})
    found = take(bureau)
    assert (found["consultations"], found["one_stop"]) == (2, 1)
    assert found["incidents"] == {"开心豆": 100}


def test_mass_incidents_that_were_confirmed_with_their_orders_of_the_period(bureau, matter) -> None:
    from engine.db import transaction
    from engine.hotline.incidents_mass.models import MassGroup, MassMember

    def group(number: int, state: str) -> MassGroup:
        return MassGroup(
            id=number,
            label="退费难",
            trader=f"商家{number}",
            opened_at=DAY,
            last_at=DAY,
            words="{}",
            orders=3,
            state=state,
        )

    def member(order: int, of: int, **more) -> MassMember:
        fields = {"at": DAY, "claimant": bytes([order]) * 32, "subject": "退费难"} | more
        return MassMember(order_id=order, group_id=of, **fields)

    with transaction() as session:
        session.add_all([group(1, "confirmed"), group(2, "watch")])
        session.flush()
        session.add_all([member(1, 1), member(2, 1), member(3, 2), member(4, 1, at=DAY - timedelta(40))])
        session.add(member(5, 1, unlinked_at=DAY))
    assert take(bureau)["mass"] == {"商家1": 2}
