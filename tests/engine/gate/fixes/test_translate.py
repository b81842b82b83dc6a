import pytest

from engine.gate.fixes.translate import literal, to_feel


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("${amount > 10}", "amount > 10"),
        ("#{a == 'x' && !b}", 'a = "x" and not(b)'),
        ("${a eq 'x' or not (b lt 3)}", 'a = "x" or not(b < 3)'),
        ("${a gt 1 and b le 2}", "a > 1 and b <= 2"),
        ("${empty x}", 'list contains([null, "", []], x)'),
        ("${!empty x && y.z >= 2.5}", 'not(list contains([null, "", []], x)) and y.z >= 2.5'),
        ("=amount > 10", "amount > 10"),
        ("execution.getVariable('x') == 'y'", 'x = "y"'),
        ("not(bpmn:getDataObject('approved'))", "not(approved)"),
        ("bpmn:getDataInput('clarified') = 'yes'", 'clarified = "yes"'),
        ("getDataOutput('b') > 3", "b > 3"),
        ("${x.equals('y')}", '(x = "y")'),
        ("${a ? b : c}", "if a then b else c"),
        ("${(a + b) * 2 == c}", "(a + b) * 2 = c"),
        ("a === 'x' || b !== null", 'a = "x" or b != null'),
        ("${nrOfCompletedInstances / nrOfInstances > 0.5}", "numberOfCompletedInstances / numberOfInstances > 0.5"),
        ("${金额 >= 10000 && 类别 == '食品'}", '金额 >= 10000 and 类别 = "食品"'),
    ],
)
def test_what_means_the_same_is_said_in_feel(other, same):
    assert to_feel(other) == same


@pytest.mark.parametrize(
    "other",
    [
        "${approved == 'true'}",  # JUEL converts, FEEL does not
        "${code == '10'}",
        "${amount > '10'}",
        "${bean.method(1)}",
        "${list[0] == 1}",  # FEEL counts from 1
        "${a} > ${b}",
        "1 < x < 3",
        "${a % 2 == 0}",
        "${not a eq b}x",
        "a ==",
        "",
        "(" * 500,
        "x" * 5000 + " == 1 ==",
        "${a.b.c.}",
        "${for == 1}",
        "${loopCounter == 0}",  # counted from 1 here
        "${execution != null}",
    ],
)
def test_what_may_mean_something_else_is_left(other):
    assert to_feel(other) is None


@pytest.mark.parametrize(
    ("python", "same"),
    [
        ("x == 'a' and y is not None", 'x = "a" and y != null'),
        ("not x == 3", "not(x = 3)"),
        ("x in ['a', 'b']", 'x in ("a", "b")'),
        ("x == True or y == False", "x = true or y = false"),
        ("code == '10'", 'code = "10"'),  # Python does not convert either
        ("not x", None),  # truth of any value
        ("x or y", None),
        ("len(x) > 1", None),
        ("a if b else c", None),
    ],
)
def test_python_is_taken_by_its_own_meaning(python, same):
    assert to_feel(python, strict=True) == same


def test_texts_are_quoted():
    assert to_feel(r"a == 'it\'s \"so\"'") == 'a = "it\'s \\"so\\""'
    assert literal('a"b\\') == '"a\\"b\\\\"'


def test_juel_binds_not_tighter_than_a_comparison():
    assert to_feel("${not a == b}") == "not(a) = b"
    assert to_feel("not a == b", strict=True) == "not(a = b)"


@pytest.mark.parametrize(
    ("open_", "close"), [("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("a[", "]"), ("x ? ", " : y")]
)
def test_what_goes_too_deep_is_left_as_it_is(open_, close):
    assert to_feel("${" + 300 * open_ + "a" + 300 * close + "}") is None
    assert to_feel("${" + 12 * "(" + "a" + 12 * ")" + " > 1}") is not None
