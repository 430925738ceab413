"""Find the columns of a page and the order in which they are read."""
