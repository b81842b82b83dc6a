"""Other people's diagrams and tables against the engine's public functions."""
