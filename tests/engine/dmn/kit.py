"""Small decision models as text, for the tests of this room."""

from __future__ import annotations

from xml.sax.saxutils import escape

SPACES = {
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def model(*parts: str, version: str = "1.3", namespace: str = "urn:test") -> bytes:
    """A file of these elements."""
    body = "".join(parts)
    return f'<definitions xmlns="{SPACES[version]}" name="test" namespace="{namespace}">{body}</definitions>'.encode()


def text(expression: str, name: str = "literalExpression") -> str:
    """A literal expression, or another element with a text."""
    return f"<{name}><text>{escape(expression)}</text></{name}>"


def given(name: str, type_: str = "") -> str:
    """Input data."""
    reference = f' typeRef="{escape(type_)}"' if type_ else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{reference}/></inputData>'


def decision(name: str, logic: str, *requires: str, type_: str = "") -> str:
    """A decision with the id of its name; `requires` are `input:x`, `decision:x` or `knowledge:x`."""
    reference = f' typeRef="{escape(type_)}"' if type_ else ""
    arrows = "".join(_arrow(*require.split(":", 1)) for require in requires)
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{reference}/>{arrows}{logic}</decision>'


def _arrow(kind: str, target: str) -> str:
    target = target if "#" in target else f"#{target}"
    if kind == "knowledge":
        return f'<knowledgeRequirement><requiredKnowledge href="{target}"/></knowledgeRequirement>'
    element = "requiredInput" if kind == "input" else "requiredDecision"
    return f'<informationRequirement><{element} href="{target}"/></informationRequirement>'


def table(policy: str, inputs: list[str], outputs: list[str], rules: list[str]) -> str:
    """A table; an input is `expression` or `expression | allowed values`, an output `name`, `name | values` or
    `name | values | default`, a rule `cell ; cell -> result ; result`."""
    head, _, aggregation = policy.partition(" + ")
    parts = [f'<decisionTable hitPolicy="{head}"' + (f' aggregation="{aggregation}"' if aggregation else "") + ">"]
    for one in inputs:
        expression, _, allowed = (piece.strip() for piece in one.partition("|"))
        values = text(allowed, "inputValues") if allowed else ""
        parts.append(f"<input>{text(expression, 'inputExpression')}{values}</input>")
    for one in outputs:
        name, values, default = ([piece.strip() for piece in one.split("|")] + ["", ""])[:3]
        ordered = text(values, "outputValues") if values else ""
        parts.append(
            f'<output name="{name}">{ordered}{text(default, "defaultOutputEntry") if default else ""}</output>'
        )
    for rule in rules:
        cells, _, results = rule.partition("->")
        tests = "".join(text(cell.strip(), "inputEntry") for cell in cells.split(";"))
        parts.append(f"<rule>{tests}{''.join(text(r.strip(), 'outputEntry') for r in results.split(';'))}</rule>")
    return "".join(parts) + "</decisionTable>"
