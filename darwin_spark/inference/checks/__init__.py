"""Checks of what a model answered: loops, echoes, language, lost numbers and formulas, JSON."""
