"""Find headings, their levels and the title."""
