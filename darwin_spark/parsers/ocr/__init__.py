"""Optical character recognition: `pages` selects pages, `engines` loads the OCR engine, `fragments` converts its lines."""
