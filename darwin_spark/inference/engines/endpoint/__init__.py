"""Engine `endpoint`: a pool of OpenAI-compatible servers, mainly vLLM, that may join and leave while it runs."""
