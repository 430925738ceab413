"""TeX input processing: read tokens and files, expand macros, evaluate conditionals, keep counters, read formulas."""
