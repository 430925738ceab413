"""L3, lightweight model filtering: discipline, document type, book or paper (§3 L3)."""
