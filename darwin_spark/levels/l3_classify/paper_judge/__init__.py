"""An LLM judges whether a document is a paper, where neither its source nor a rule says what it is (§3 L3.4)."""
