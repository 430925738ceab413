"""L1, format normalisation: raw objects in, faithful Markdown text out; nothing is filtered (§2, §3 L1)."""
