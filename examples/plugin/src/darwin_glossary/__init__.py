"""An example plugin of darwin-spark: the level `glossary`, the engine `frequent-words`, a parser for CSV."""
