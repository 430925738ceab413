"""Join characters into words, without text that a reader does not see."""
