"""L0, data acquisition: read the sources and yield one row per object; nothing is filtered (§2, §3 L0)."""
