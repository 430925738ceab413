"""Drop what is repeated or set beside the text: running heads, page numbers, stamps."""
