"""What the office keeps in the demonstration: two entries of the knowledge base, a campaign, a training, its lines."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO

from engine import clock
from engine.hotline import campaigns, knowledge, lines, organisation, trainings
from engine.hotline.roles import Viewer

OFFICE = Viewer("coordinator", organisation.OFFICE, frozenset({"coordinator"}))
ENTRIES = (
    {
        "title": "个体工商户注销要带哪些材料，能否网上办理",
        "body": "经营者本人可以在“一网通办”网上申请，也可以到登记机关窗口办理。\n"
        "材料：注销登记申请书、营业执照正本和副本。\n"
        "按简易程序办理的不需要公示，登记机关推送税务等部门，十日内没有异议的即可注销；税务事项应先办结。",
        "category": "开办注销一窗通",
        "tags": "个体户 注销 营业执照 停业 材料",
        "basis": "《市场主体登记管理条例》第三十三条",
    },
    {
        "title": "网上开店是否需要办理营业执照",
        "body": "电子商务经营者应当依法办理市场主体登记。\n"
        "不需要登记的：个人销售自产农副产品、家庭手工业产品；个人利用自己的技能从事"
        "依法无须取得许可的便民劳务活动和零星小额交易活动。",
        "category": "开办注销一窗通",
        "tags": "网店 手工艺品 小额交易 免登记",
        "basis": "《电子商务法》第十条",
    },
)
CAMPAIGN = {
    "name": "预付式消费专项",
    "words": "预付卡 关门 课时费 退费",
    "note": "集中处置预付式消费停业失联、拒不退费。",
}
TRAINING = {
    "topic": "办结报告的事实认定怎么写",
    "trainer": "热线办 李伟民",
    "people": "handler-310115\nhandler2-310115",
    "note": "结合上月退回的报告讲评",
}

NUMBERS = (
    ("12315", "热线承办工作办公室", "消费者投诉举报热线（12345 双号并行）", "演示：沪通管〔2018〕12315号"),
    ("02160000000", "热线承办工作办公室", "回访外呼", "演示：沪通管〔2018〕60000号"),
)
CALLED = (212, 187, 164, 171, 158, 96, 88)  # calls of a day, from Monday on


def enter() -> None:
    """Enter them, as the office would; the campaign tags the orders that are there."""
    today = clock.today()
    for number, entry in enumerate(ENTRIES):
        day = today + timedelta(days=200 * number)  # the first one is due for review
        knowledge.write({**entry, "unit": organisation.OFFICE, "review_on": day}, OFFICE)
    campaigns.write({**CAMPAIGN, "unit": organisation.OFFICE, "starts_on": today - timedelta(days=30)}, OFFICE)
    trainings.register(
        {**TRAINING, "unit": "310115", "held_on": today - timedelta(days=3)},
        OFFICE,
        dict.fromkeys(TRAINING["people"].split(), ""),
    )
    for line, holder, purpose, approval in NUMBERS:
        lines.enter({"number": line, "holder": holder, "purpose": purpose, "approval": approval,
                     "valid_from": "2018-11-01"})  # fmt: skip
    lines.import_file(BytesIO(_calls().encode()))


def _calls() -> str:
    """A month of the exchange's counts, as it hands them over; on Mondays too many call at once."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["日期", "热线", "呼入量", "接通量", "15秒内接通", "平均等待（秒）", "平均通话（秒）"])
    today = clock.today()
    for day in (today - timedelta(days=n) for n in range(31)):
        called = CALLED[day.weekday()] + day.day % 9
        answered = called - called // (12 if day.weekday() == 0 else 40)
        rows.writerow([day, "12315", called, answered, answered * 9 // 10, 17 if day.weekday() == 0 else 8, 195])
    return text.getvalue()
