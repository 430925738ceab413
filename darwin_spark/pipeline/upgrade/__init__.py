"""Upgrade a workspace of an older format version: one migration step a version, in `format_N.py`."""
