"""Engines: what answers a request. vLLM in the worker, a server over HTTP, or a class of your own."""
