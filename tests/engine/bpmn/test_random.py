"""Random processes do what the oracle says; `make soak-oracle` plays 10,000 of them."""

from __future__ import annotations

import pytest

from .oracle import play


@pytest.mark.parametrize("seed", range(300))
def test_a_random_process_offers_what_the_oracle_offers(seed: int) -> None:
    play(seed)
