"""Formulas: MathML and Office Math to LaTeX."""
