import json

from tests.engine.dmn.kit import decision, given, model, table
from tests.engine.gate.draw import (
    MESSAGE,
    boundary,
    end,
    extended,
    flow,
    gateway,
    line,
    node,
    one,
    script,
    start,
    timer,
    user,
)


def options(kind: str, key: str, *values: str) -> dict:
    return {"type": kind, "key": key, "label": key, "values": [{"label": value, "value": value} for value in values]}


FIELDS = [
    options("radio", "accept_decision", "受理", "不予受理"),
    options("checklist", "goods", "食品", "药品"),
    {"type": "number", "key": "amount", "label": "金额"},
    {"type": "checkbox", "key": "urgent", "label": "紧急"},
    {"type": "textfield", "key": "note", "label": "备注"},
    {"type": "datetime", "subtype": "date", "key": "bought_on", "dateLabel": "日期"},
    {"type": "datetime", "subtype": "datetime", "key": "called_at", "dateLabel": "日期", "timeLabel": "时间"},
    {"type": "textfield", "key": "case_no", "label": "编号", "readonly": True},
]
FORM = json.dumps({"type": "default", "schemaVersion": 19, "components": FIELDS}).encode()
CLOSED = start("s", extended('<banjie:output name="subject" value="subject"/>'), MESSAGE)
FED = start("s", MESSAGE)
ROUTE = decision(
    "R", table("FIRST", ["amount"], ["unit", "level"], ['> 5 -> "LG" ; 1', '- -> "YJ" ; 2']), "input:amount"
)


def asked(condition: str, begin: str = "", *more: str, place: str = "", name: str = "due") -> dict[str, bytes]:
    """A form, a table `route` with unit and level, then a condition; `place` is an attribute of a task, by `name`."""
    task = {f"banjie__{name}": place} if place else {}
    drawn = one(
        begin or start(), user("u", banjie__form="facts"),
        node("businessRuleTask", "r", banjie__decision="R", banjie__result="route"),
        gateway("exclusive", "g", default="g_e"), user("a", banjie__form="facts", **task), end(), *more,
        line("s", "u", "r", "g"), flow("g", "a", condition), flow("g", "e"), flow("a", "e"),
    )  # fmt: skip
    return {
        "test.bpmn": drawn, "forms/facts.json": FORM, "r.dmn": model(ROUTE, given("amount", "number")),
    }  # fmt: skip


def closed(condition: str) -> dict[str, bytes]:
    return asked(condition, CLOSED)


def assigned(expression: str) -> dict[str, bytes]:
    return asked("urgent", place=expression)


LATE = boundary("late", "a", timer("accept_desicion", "timeDate")) + end("e2") + line("late", "e2")

OFTEN = [script(f"o{n}", "{ x: received_at }") for n in range(3)] + [end("e2"), line("e", "o0", "o1", "o2", "e2")]

BAD = [
    ("name-unknown", "g_a", asked('accept_desicion = "受理"')),
    ("name-unknown", "g_a", asked('acceptDecision = "受理"')),
    ("name-unknown", "late", asked("urgent", "", LATE)),
    ("name-near", "g_a", asked("note = AB")),
    ("name-unknown", "a", assigned("bougth_on")),
    ("name-near", "a", assigned("LG")),
    ("name-near", "a", asked("received_at = x", "", *OFTEN, place="recieved_at")),
    ("name-unset", "g_a", asked("budget > 10 and urgent")),
    ("name-unset", "g_a", asked("decision = 受理或者")),
    ("name-unset", "a", assigned("when_due")),
    ("name-unknown", "g_a", closed('accept_desicion = "受理"')),
    ("name-unknown", "g_a", closed("channel = 3")),
    ("text-unquoted", "g_a", asked("accept_decision = 受理")),
    ("text-unquoted", "g_a", asked("accept_decision = 受里")),
    ("text-unquoted", "g_a", asked("受理")),
    ("text-unquoted", "g_a", asked("accept_decision in (受理, 不予受理)")),
    ("text-unquoted", "g_a", asked("route.unit = LG")),
    ("value-doubtful", "g_a", asked('accept_decision = "受里"')),
    ("value-doubtful", "g_a", asked('accept_decision in ("受理", "驳回")')),
    ("value-doubtful", "g_a", asked('list contains(goods, "食")')),
    ("value-doubtful", "g_a", asked('route.unit = "LJ"')),
    ("value-doubtful", "g_a", asked('bought_on = "昨天"')),
    ("value-never", "g_a", closed('accept_decision = "受里"')),
    ("kinds-doubtful", "g_a", asked('amount > "10"')),
    ("kinds-doubtful", "g_a", asked('urgent = "是"')),
    ("kinds-doubtful", "g_a", asked("bought_on < today()")),
    ("kinds-doubtful", "g_a", asked('goods = "食品"')),
    ("kinds-doubtful", "g_a", asked('deadline("C08", bought_on) < today()')),
    ("kinds-differ", "g_a", closed('amount = "10"')),
    ("condition-kind", "g_a", asked("accept_decision")),
    ("condition-kind", "g_a", asked("urgent and amount")),
    ("condition-kind", "g_a", asked("channel + 1", FED)),
    ("condition-kind", "g_a", asked("urgent and total - paid", FED)),
    ("result-kind", "a", assigned("string length(note)")),
    ("result-kind", "a", assigned('"tomorrow"')),
    ("result-kind", "a", asked("urgent", place="10000000", name="priority")),
    ("result-doubtful", "a", assigned("amount")),
    ("entry-unknown", "g_a", asked('route.untis = "LG"')),
    ("entry-unknown", "g_a", asked('note.text = "x"')),
]
GOOD = [
    asked('accept_decision = "受理" and urgent and amount > 10 and date(bought_on) < today()'),
    asked('list contains(goods, "食品") or route.unit = "LG" or not(route.level in (1, 2))'),
    asked("some accept_desicion in goods satisfies accept_desicion = note"),
    asked("date(substring(called_at, 1, 10)) < today()"),
    asked('bought_on = "2026-01-31" and accept_decision != null'),
    closed('accept_decision = "受理" and subject = "x"'),
    closed('case_no = "1"'),  # a field that is only shown is known all the same
    assigned('deadline("C08", bought_on)'),
    asked('x = "a"', start(), script("b", 'if urgent then { x: "a" } else { x: note }'), line("u", "b", "r")),
    asked('outcome = "z"', start(), script("b", "context put({}, note, 1)"), line("u", "b", "r")),
]
