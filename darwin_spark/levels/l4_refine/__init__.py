"""L4, generative refinement: remove noise and repair damage, keep the content unchanged (§3 L4)."""
