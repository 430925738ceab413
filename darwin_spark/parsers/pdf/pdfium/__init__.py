"""Open a PDF with pdfium and read properties of its pages and objects."""
