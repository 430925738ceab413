"""Optical character recognition: which pages need it (`decision`), who reads them (`engines`), what becomes of the lines."""
