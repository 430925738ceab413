"""L5, cognitive completion: a paper's implicit reasoning is made explicit (§3 L5)."""
