"""L5, cognitive completion: make the implicit reasoning of a paper explicit (§3 L5)."""
