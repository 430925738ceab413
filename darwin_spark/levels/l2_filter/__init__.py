"""L2, rule-based filtering: deduplication, then size, garbled text and language (§3 L2)."""
