"""L4, generative refinement: noise goes, the content stays exactly as it was (§3 L4)."""
