"""Quality rules and the signals that they read (§3 L2.2 to L2.4)."""
