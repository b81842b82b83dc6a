"""What the tools around the BPMN standard offer: a drawing for diagrams that have none."""

from engine.gate.layout import layout

__all__ = ["layout"]
