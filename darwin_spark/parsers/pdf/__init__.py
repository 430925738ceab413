"""Parse PDFs to Markdown, from their text layer or by OCR; the entry point is `document.parse`."""
