"""Engine `endpoint`: a pool of OpenAI-compatible servers, vLLM's above all, that may come and go while it runs."""
