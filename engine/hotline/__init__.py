"""The bureau's hotline: orders, matters, clocks, units, personal data. Uses the engine's door; the engine knows it not.

Importing this package registers what diagrams may call (functions, roles) and what is kept in step with instances.
"""

from engine.hotline import functions, models, projections, roles  # noqa: F401
