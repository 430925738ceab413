"""TeX before it means anything: tokens, macros, conditionals, counters and files become the text that LaTeX sets."""
