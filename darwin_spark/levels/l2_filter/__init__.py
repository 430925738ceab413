"""L2, rule-based filtering: deduplication, then rules on size, garbled text and language (§3 L2)."""
