"""Deduplication: MinHash signatures, candidate edges, connected components, survivor election (§3 L2.1)."""
