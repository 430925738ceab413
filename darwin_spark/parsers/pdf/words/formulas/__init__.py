"""Write the formulas of a page in their line."""
