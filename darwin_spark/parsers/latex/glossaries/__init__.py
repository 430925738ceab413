"""Acronyms and glossaries of the packages glossaries, glossaries-extra, acronym, acro and nomencl."""
