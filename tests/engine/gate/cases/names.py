from tests.engine.gate.draw import through, user

BAD = [
    ("name-characters", "a", through(user("a", name="办理\u202e了"))),
    ("name-characters", "a", through(user("a", name="办\u200b理"))),
    ("name-long", "a", through(user("a", name="办" * 201))),
    ("name-missing", "a", through(user("a", name=""))),
]
GOOD = [
    through(user("a", name="受理\n登记 A&B <1>")),
    through(user("a", name="办" * 200)),
]
