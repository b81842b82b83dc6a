"""Whether letters can be drawn on this machine."""

from __future__ import annotations

import pytest
from typst import Fonts

needs_font = pytest.mark.skipif(
    not any("CJK" in name for name in Fonts().families()), reason="no Chinese font (fonts-noto-cjk): letters undrawn"
)
