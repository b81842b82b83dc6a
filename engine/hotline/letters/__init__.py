"""Letters 文书: templates by rule version, filled from a case, numbered, kept with a hash, and their delivery."""

from engine.hotline.letters import issuing, models, served

__all__ = ["issuing", "models", "served"]
