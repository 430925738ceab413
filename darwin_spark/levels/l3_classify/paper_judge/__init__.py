"""An LLM judges whether a document is a paper, where neither its source nor a rule says so (§3 L3.4)."""
