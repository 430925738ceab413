"""Parsers: the bytes of one document and the settings in, `Parsed` out. No Spark, no level."""
