"""The code in the Python workers of Spark: it sends requests to an engine and writes the responses to the journal."""
