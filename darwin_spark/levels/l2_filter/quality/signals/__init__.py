"""The published quality signals of a text, as numbers: Gopher (quality, repetition), C4 and FineWeb.

Definitions are those of datatrove 0.10's filters; docs/l2-signals.md has the table, and says where ours differ.
"""
