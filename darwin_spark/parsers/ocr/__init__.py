"""Optical character recognition: `pages` selects pages, `reading` prepares and reads one, `fragments` converts its lines."""
