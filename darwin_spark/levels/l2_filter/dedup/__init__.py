"""Deduplication: MinHash signatures, candidate edges, connected components, election of survivors (§3 L2.1)."""
