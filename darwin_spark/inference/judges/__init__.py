"""Judges: a model rates the texts that L4 and L5 made, so that a person can choose a model or a prompt (B.2, C.1)."""
