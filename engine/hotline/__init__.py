"""The bureau's hotline: orders, matters, clocks, units, personal data. Uses the engine's door; the engine knows it not.

Importing this package registers what diagrams may call (functions, roles), what is kept in step with instances, and
what the worker looks after besides.
"""

from engine.hotline import (  # noqa: F401
    bad_reviews,
    campaigns,
    clock_changes,
    duty,
    extensions,
    form_checks,
    functions,
    happened,
    incidents_mass,
    knowledge,
    letters,
    models,
    order_actions,
    orders,
    projections,
    reminders,
    resampling,
    reviews,
    roles,
    transfers,
)
from engine.hotline.bulletin import models as bulletin_models  # noqa: F401
from engine.scheduler import sweeps

sweeps.append(orders.resume_unstarted)  # orders whose process was killed before it could tell the engine
sweeps.append(reminders.raise_due)  # clocks that have passed a point
sweeps.append(campaigns.read_on)  # orders that no campaign has read yet
