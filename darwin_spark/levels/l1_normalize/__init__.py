"""L1, format normalisation: convert raw objects to faithful Markdown text; filter nothing (§2, §3 L1)."""
