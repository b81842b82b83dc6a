from tests.engine.gate.draw import through, user

BAD = []  # what the engine alone refuses is shown in test_gate.py, with an engine that refuses
GOOD = [through(user())]
