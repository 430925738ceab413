"""Runs in the Python workers of Spark: sends requests to an engine, writes the responses to the journal."""
