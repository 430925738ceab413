"""Measure quality signals of a text as numbers: the published ones of Gopher (quality, repetition), C4 and FineWeb, and counts.

The definitions are those of datatrove 0.10's filters; docs/l2-signals.md lists them and where ours differ.
"""
