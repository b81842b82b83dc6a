import pytest

from tests.engine.gate.fixes.drawing import changes, diagram, mended, offered


def _script(text: str, attributes: str = "", inside: str = "", spiff: bool = False):
    script = f"<bpmn:script>{text}</bpmn:script>" if text else ""
    files = diagram(f'<bpmn:scriptTask id="s" {attributes}>{inside}{script}</bpmn:scriptTask>')
    if not spiff:
        files = {"x.bpmn": files["x.bpmn"].replace(b"http://spiffworkflow.org/bpmn/schema/1.0/core", b"urn:none")}
    return files


def test_a_value_in_a_variable_is_a_context():
    files = _script("${a + b}", 'scriptFormat="juel" camunda:resultVariable="total"')
    [(_, new)] = changes(files, "script")
    assert "<bpmn:script>{ total: a + b }</bpmn:script>" in new and "scriptFormat" not in new
    assert "camunda:resultVariable" in new
    [offer] = offered(files, "script")
    assert (offer.element, offer.rule) == ("s", "language-refused")


def test_set_variable_lines_are_a_context():
    lines = "execution.setVariable('a', 1);\nexecution.setVariable(\"b\", a + 1);"
    assert "{ a: 1, b: a + 1 }" in mended(_script(lines, 'scriptFormat="groovy"'), "script")


def test_zeebe_keeps_its_script_in_an_extension():
    inside = (
        '<bpmn:extensionElements><zeebe:script expression="=a * 2" resultVariable="twice"/></bpmn:extensionElements>'
    )
    files = _script("", inside=inside)
    assert "<bpmn:script>{ twice: a * 2 }</bpmn:script>" in mended(files, "script")
    assert offered(files, "script")[0].rule == "script-empty"


def test_a_service_task_that_only_computes_becomes_a_script_task():
    files = diagram('<bpmn:serviceTask id="s" camunda:expression="${price * 2}" camunda:resultVariable="total" />')
    new = mended(files, "script")
    assert "<bpmn:scriptTask id=" in new and "</bpmn:scriptTask>" in new and "{ total: price * 2 }" in new


def test_python_of_spiffworkflow_is_marked():
    files = _script("total = sum(x for x in items)\nok = True", spiff=True)
    assert 'scriptFormat="python"' in mended(files, "script")


@pytest.mark.parametrize(
    "files",
    [
        _script("{ a: 1 }"),
        _script("a = 1", spiff=True),  # one assignment means the same
        _script("print(1); import os", 'scriptFormat="groovy"'),
        _script("execution.setVariable('a', service.call())", 'scriptFormat="groovy"'),
        _script("execution.setVariable('a', 1); other()", 'scriptFormat="groovy"'),
        _script("def f(:", spiff=True),
        _script("total = sum(x for x in items)"),  # Python, but who says so
        diagram('<bpmn:serviceTask id="s" camunda:expression="${bean.run(1)}" camunda:resultVariable="total"/>'),
        diagram('<bpmn:serviceTask id="s" camunda:expression="${a}"/>'),
    ],
)
def test_what_is_right_or_does_more_is_left(files):
    assert not offered(files, "script")
