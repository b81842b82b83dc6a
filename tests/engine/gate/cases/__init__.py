"""Good and bad diagrams, one module per rule.

`BAD` lists (finding, element it must name, bundle); `GOOD` lists bundles that must pass without an error.
"""
