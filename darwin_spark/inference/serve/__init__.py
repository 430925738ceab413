"""`darwin serve`: start, announce, watch and restart one vLLM server per GPU group of this machine."""
