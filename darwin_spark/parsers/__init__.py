"""Parsers: functions from the bytes of one document and the settings to `Parsed`. They use neither Spark nor a level."""
