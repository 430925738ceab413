"""The ten levels of Data Darwinism (§2), for people: the name, the title, the kind of each, and what it does."""

from typing import Final, NamedTuple


class Rung(NamedTuple):
    """One level of the paper's ladder."""

    name: str
    title: str
    kind: str
    summary: str


_SELECTION, _TRANSFORMATION, _SYNTHESIS = "selection and preservation", "transformation", "synthesis"

LADDER: Final = (
    Rung("l0", "Data Acquisition", _SELECTION, "collects raw objects and keeps their provenance"),
    Rung("l1", "Format Normalization", _SELECTION, "turns every format into faithful Markdown text"),
    Rung("l2", "Rule-based Filtering", _SELECTION, "drops duplicates, short, garbled and foreign texts by rule"),
    Rung("l3", "Lightweight Model Filtering", _SELECTION, "labels topic and kind, drops what teaches nothing"),
    Rung("l4", "Generative Refinement", _TRANSFORMATION, "removes noise, repairs structure, adds nothing"),
    Rung("l5", "Cognitive Completion", _TRANSFORMATION, "makes the implicit reasoning of papers explicit"),
    Rung("l6", "Contextual Completion", _TRANSFORMATION, "resolves citations and undefined concepts by retrieval"),
    Rung("l7", "Environment Synthesis", _SYNTHESIS, "builds the executable environment that the content describes"),
    Rung("l8", "Ecosystem Synthesis", _SYNTHESIS, "grows multi-agent interaction from the content"),
    Rung("l9", "World Synthesis", _SYNTHESIS, "simulates whole worlds seeded by the content"),
)
