"""Convert formulas from MathML and Office Math to LaTeX."""
