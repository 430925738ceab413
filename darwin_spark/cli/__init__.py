"""The command `darwin`, one module a theme."""
