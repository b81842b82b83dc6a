"""Every element in every surrounding: `elements` times `surroundings`, each cell held against the oracle."""
