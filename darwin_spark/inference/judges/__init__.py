"""Judges: a model reads what L4 and L5 made and says how well; the way to choose a model or a prompt (B.2, C.1)."""
