"""Find tables and write them as pipe tables."""
