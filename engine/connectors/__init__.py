"""Connectors: one file per outside system. Importing this package registers them all."""

from engine.connectors import console

__all__ = ["console"]
