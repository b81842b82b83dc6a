"""The rules, in the order in which their findings are told: from the file to the smallest detail.

A rule is one file. Its docstring is its explanation (what, why, how to mend, and the gist in Chinese), its `check`
yields findings, `severities.py` says how much each weighs, and its twin in the tests holds good and bad diagrams.
"""

from __future__ import annotations

from types import ModuleType

from engine.gate.rules import (
    ad_hoc,
    boundary,
    calls,
    data,
    decisions,
    decisions_tables,
    definitions,
    documentation,
    dry_load,
    elements,
    event_data,
    event_gateways,
    executable,
    expressions,
    extensions,
    flows,
    forms,
    gateways,
    ids,
    limits,
    links,
    loops,
    multi_instance,
    names,
    operations,
    performers,
    reach,
    readable,
    references,
    registered,
    soundness,
    tasks,
    timers,
    triggers,
)

RULES: tuple[ModuleType, ...] = (
    readable,
    elements,
    ids,
    names,
    executable,
    flows,
    reach,
    triggers,
    boundary,
    links,
    ad_hoc,
    gateways,
    event_gateways,
    soundness,
    loops,
    definitions,
    references,
    documentation,
    performers,
    operations,
    event_data,
    data,
    timers,
    multi_instance,
    tasks,
    registered,
    forms,
    decisions,
    decisions_tables,
    calls,
    expressions,
    extensions,
    limits,
)
LAST = dry_load  # asked only when nothing above has found an error
