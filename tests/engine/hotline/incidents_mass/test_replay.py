"""The cases of the bulletin's size are found, whole and in time; a file is replayed in the order it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.clock import SHANGHAI
from engine.hotline.incidents_mass import fixtures, replay
from engine.hotline.incidents_mass.replay import Message


@pytest.mark.slow
def test_the_three_cases_of_2019_are_detected_and_the_first_two_reach_level_one() -> None:
    report = replay.run(fixtures.messages(others=300))
    found = {}
    for incident in report.incidents:
        trader = incident.names[0] if incident.names else ""
        found.setdefault(trader, incident)
    for case in fixtures.CASES:
        incident = found[case.trader]
        assert len(incident.orders) >= 0.95 * 0.97 * case.orders, case.trader  # 3 % came before the doors were shut
        assert sum(case.trader in number for number in incident.orders) >= 0.99 * len(incident.orders)
        reached = [level["level"] for level in incident.levels]
        assert reached[:3] == ["attention", "III", "II"]
        assert (incident.level == "I") == (case.trader != "明翼文化")
        assert incident.levels[0]["at"] < (case.shut.isoformat()[:8] + "31"), "in the first days"


def test_the_same_seed_draws_the_same_year_and_the_printed_numbers() -> None:
    one, other = fixtures.messages(others=10, seed=7), fixtures.messages(others=10, seed=7)
    assert one == other and one != fixtures.messages(others=10, seed=8)
    assert [sum(m.number.startswith(c.trader) for m in one) for c in fixtures.CASES] == [3350, 1135, 612]


def test_a_file_is_replayed_in_order_and_says_which_orders_are_one_matter(app: object, tmp_path: Path) -> None:
    lines = ["id,sender,subject,received_at,text"]
    for number, (day, trader) in enumerate([(3, "红叶早教"), (1, "红叶早教"), (2, "红叶早教"), (2, "蓝天书店")]):
        lines.append(f"{number},u{number},{trader}关门跑路,2026-05-0{day}T10:00:00,{trader}关门跑路不退课时费")
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    report = replay.run(replay.read(file))
    assert report.groups == [["1", "2", "0"]]
    [incident] = report.incidents
    assert (incident.level, incident.people, incident.levels[0]["at"][:10]) == ("attention", 3, "2026-05-03")
    assert incident.names == ["红叶早教"] or "红叶早教" in incident.label


def test_shops_that_share_a_street_and_a_grievance_are_other_matters_without_a_respondent() -> None:
    """What a large house is full of: names of which a piece is in common by chance."""
    shops = ("瑞佳茶馆", "雅祥眼镜店", "昌月宠物店", "达信茶馆", "福安家具店", "宁泰超市")
    begin = datetime(2019, 3, 1, 9, tzinfo=SHANGHAI)
    told = []
    for number, shop in enumerate(shops):
        text = f"真如玉{shop}多收费用"
        told.append(Message(f"{number}", f"person {number}", begin + timedelta(hours=number), text, text))
    assert replay.run(told).groups == []
    same = [replace(one, subject=told[0].subject, text=told[0].text) for one in told]
    assert [len(group) for group in replay.run(same).groups] == [len(shops)]


def test_firms_of_one_trade_are_other_firms_and_one_firm_may_be_written_in_many_ways() -> None:
    begin = datetime(2019, 3, 1, 9, tzinfo=SHANGHAI)

    def told(*targets: str) -> list[Message]:
        return [
            Message(f"{n}", f"person {n}", begin + timedelta(hours=n), "健身房定金不退", "健身房定金不退。", target)
            for n, target in enumerate(targets)
        ]

    gyms = told("上海和泰健身房有限公司", "上海福利健身房有限公司", "上海宁华健身房有限公司", "上海品诚健身房有限公司")
    assert replay.run(gyms).groups == []
    written = told("上海韦博英语有限公司", "上海韦博教育科技有限公司", "韦博国际英语（徐汇店）")
    assert [len(group) for group in replay.run(written).groups] == [3]
