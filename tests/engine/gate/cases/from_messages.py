from tests.engine.gate.cases.meaning import FED, asked
from tests.engine.gate.draw import MESSAGE, catch, through, user

BAD = [
    ("names-from-message", "p", asked('channel = "电话" and not(other_flag) and case_no = previous_no', FED)),
    ("names-from-message", "p", through(catch("a", MESSAGE, banjie__correlation="order_no"))),
    ("names-from-message", "p", asked("count(rows[amuont > 3]) > 1", FED)),
]
GOOD = [asked('channel = "电话"'), through(user())]
