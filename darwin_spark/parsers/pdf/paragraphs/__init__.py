"""Group lines into paragraphs, list items and code listings, and join those that a page cuts."""
