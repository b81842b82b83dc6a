"""The bureau's hotline: orders, matters, clocks, units, personal data. Uses the engine's door; the engine knows it not.

Importing this package registers what diagrams may call (functions, roles), what is kept in step with instances, and
what the worker looks after besides.
"""

from engine.hotline import form_checks, functions, models, orders, projections, reviews, roles  # noqa: F401
from engine.hotline import order_actions, transfers  # noqa: F401  what an order's page may set off
from engine.hotline.bulletin import models as bulletin_models  # noqa: F401
from engine.scheduler import sweeps

sweeps.append(orders.resume_unstarted)  # orders whose process was killed before it could tell the engine
