"""Data Darwinism (arXiv 2602.07824) as Spark: scientific documents climb a ladder of Delta tables, L0 to L5."""
