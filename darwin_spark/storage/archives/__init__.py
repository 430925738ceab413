"""Read packed files as streams: compressed files and the members of archives, also of hostile ones.
No header is trusted: sizes are counted, names are only labels, links are not followed, memory is bounded."""
