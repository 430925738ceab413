"""What is packed, read as a stream: compressed files and the members of tar and zip archives, whatever was put into them.

Nothing here trusts a header: sizes are counted while reading, names are only labels, links are not followed, and memory
stays bounded by the constants of these modules.
"""
