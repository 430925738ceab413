"""`darwin serve`: one vLLM server a GPU group on this machine, started, announced, watched and replaced."""
