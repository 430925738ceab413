"""Parse in a child process, so that a crash, a hang or excessive memory use affects one document only."""
