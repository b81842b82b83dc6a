"""The performance bulletin 考核通报: figures of a year or a month, frozen, checked by the units, in versions.

`periods` say which days; `counts` ask the tables; `freezing` keeps what they answered; `figures` are computed from
that by `formulas`, with the weights of `schemes`; `report` puts it into words, `word` and `excel` into files; `steps`
are what the diagram lets the worker do. `printed` reads a bulletin of long ago, of which only the printed page is left.
"""

from engine.hotline.bulletin import models, steps  # noqa: F401
