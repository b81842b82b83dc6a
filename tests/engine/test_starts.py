"""What a process is given from outside: read from its diagrams alone."""

from __future__ import annotations

from engine import starts
from tests.engine import kit


def _files(*body: str, **names: tuple[str, ...]) -> starts.Files:
    return starts.frozen({"test.bpmn": kit.diagram(kit.process("p", *body), **names)})


def test_what_nothing_sets_is_asked_for_once_and_what_a_step_sets_is_not() -> None:
    fork = '<bpmn:exclusiveGateway id="g" default="f_g_e"/>'
    ways = kit.flow("g", "b", "price &gt; 3 and level &gt; 1") + kit.flow("g", "e")
    body = kit.start(), kit.script("a", "{level: price + 1}"), fork, ways, kit.script("b", "{x: price}"), kit.end()
    files = _files(*body, kit.line("s", "a", "g"), kit.line("b", "e"))
    assert starts.asked(files, "p") == ("price",)
    assert starts.asked(files, "another") == ()


def test_a_message_brings_what_its_outputs_speak_of() -> None:
    outputs = '<bpmn:extensionElements><banjie:output name="v" value="text + other"/></bpmn:extensionElements>'
    wait = kit.catch("w", kit.message("m"), 'banjie:correlation="no"').replace("><bpmn:m", f">{outputs}<bpmn:m", 1)
    plain = kit.catch("w2", kit.message("m"), 'banjie:correlation="no"')
    files = _files(kit.start(), wait, plain, kit.end(), kit.line("s", "w", "w2", "e"), messages=("m",))
    assert starts.brought(files, "w") == ("other", "text")
    assert starts.brought(files, "w2") == starts.brought(files, "nowhere") == ()
