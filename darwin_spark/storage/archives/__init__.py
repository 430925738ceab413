"""Read packed files as streams: compressed files and the members of archives, also of hostile ones.

No header is trusted: sizes are counted while reading, names are only labels, links are not followed, and memory is bounded
by the constants of these modules.
"""
