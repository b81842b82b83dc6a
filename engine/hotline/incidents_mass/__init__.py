"""Mass incidents 群体性事件: many people, one matter. Detection on each intake, alarm levels, the case that follows.

An order is read once (`features`), joined to the group of orders that tell of the same matter (`grouping`), and its
group is judged by levels that are data (`levels`, `rules.json`). `arrivals` listens to the intake and tells the
processes; a person always decides (`processes/mass_incident`). `cases` keeps what people decide, `replay` tries it all
on a file.

Who complains is known here by a keyed digest only, and so are the words of what they wrote: nobody can read them back.
"""

from engine.hotline.incidents_mass import arrivals, cases, models  # noqa: F401
from engine.scheduler import sweeps

sweeps.append(arrivals.sweep)
