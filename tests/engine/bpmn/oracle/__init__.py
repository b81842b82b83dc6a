"""An oracle for BPMN: processes as blocks within blocks, played without flows and tokens, beside the engine.

`blocks` are what a process is made of, `draw` makes BPMN of them, `lives*` play them by the rules of the standard,
`beside` holds the engine against that, and `grow` makes random processes.
`python -m tests.engine.bpmn.oracle 10000` plays that many and says what it has seen.
"""
