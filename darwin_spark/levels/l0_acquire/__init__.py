"""L0, data acquisition: sources in, one row an object out; nothing is filtered (§2, §3 L0)."""
