"""The levels of the ladder, one folder a level. A level never imports another level."""
