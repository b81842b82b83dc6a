from tests.engine.gate.draw import through, user


def many(inside: str = "", attributes: str = "") -> bytes:
    return through(
        user("a", f"<multiInstanceLoopCharacteristics{attributes}>{inside}</multiInstanceLoopCharacteristics>")
    )


def count(text: str) -> bytes:
    return many(f"<loopCardinality>{text}</loopCardinality>")


BAD = [
    ("count-missing", "a", many()),
    ("count-several", "a", many("<loopCardinality>2</loopCardinality>", ' banjie:collection="items"')),
    ("count-large", "a", count("1001")),
    ("count-large", "a", count("10 ** 7")),
    ("count-large", "a", count("-1")),
    ("count-large", "a", count("2.5")),
    ("item-unused", "a", many("<loopCardinality>2</loopCardinality>", ' banjie:item="x"')),
    ("collect-incomplete", "a", many("", ' banjie:collection="items" banjie:collect="v"')),
]
GOOD = [
    count("1000"),
    count("count(items)"),
    many("", ' banjie:collection="items" banjie:item="x" banjie:collect="v" banjie:collectItem="note"'),
    many('<loopDataInputRef>items</loopDataInputRef><inputDataItem id="x" name="x"/>'),
]
