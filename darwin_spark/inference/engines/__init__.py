"""Engines answer requests: vLLM in the Python worker, servers over HTTP, or a class of your own."""
