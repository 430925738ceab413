"""Parse PDFs with a text layer to Markdown; the entry point is `document.parse`."""
