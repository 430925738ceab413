"""L2, rule-based filtering: deduplication, then rules on size, garbled text, language and other quality signals (§3 L2)."""
