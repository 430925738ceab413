"""Checks of a model's answer: repetition loops, prompt echoes, language, lost numbers and formulas, JSON."""
