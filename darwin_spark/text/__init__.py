"""Text utilities of the levels: character classes, word hashes, kinds of Markdown lines, normalisation, language."""
