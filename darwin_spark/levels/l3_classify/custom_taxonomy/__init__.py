"""Label documents with a user-defined taxonomy by an LLM: a sample of the document in, a JSON object out."""
