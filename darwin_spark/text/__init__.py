"""Text as arrays: code points and their classes, and the hashed words of a text; shared by L2 and L3."""
