"""Read the characters of a page: pdfium's text, with accents composed and characters repaired."""
