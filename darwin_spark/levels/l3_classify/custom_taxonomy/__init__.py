"""Labels of a taxonomy of one's own, filled in by an LLM: a sample of the document in, a JSON object out."""
