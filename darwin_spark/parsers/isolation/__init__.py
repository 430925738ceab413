"""Parsing in a child process: a crash, hang or memory blow-up costs one document."""
