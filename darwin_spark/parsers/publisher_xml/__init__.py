"""Parsers of publishers' XML that is not JATS: each vocabulary is translated to JATS and rendered by the JATS parser."""
