"""PDF with a text layer to Markdown; `document.py` is where a document begins and ends."""
