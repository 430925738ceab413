"""Settings and rules that were renamed. A configuration with an old name is refused with the new name in the message.
The upgrade of a workspace (`pipeline/upgrade`) renames the settings that its runs recorded by the same tables. A table belongs
to the format version that its renames came with and never changes afterwards; later renames get a table of their own."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

_GOPHER = {
    "few_words": "min_words",
    "many_words": "max_words",
    "short_words": "min_mean_word_length",
    "long_words": "max_mean_word_length",
    "hashes": "max_hash_ratio",
    "ellipses": "max_ellipsis_ratio",
    "bullet_lines": "max_bullet_line_ratio",
    "ellipsis_lines": "max_ellipsis_line_ratio",
    "few_alpha_words": "min_alpha_word_ratio",
    "few_stop_words": "min_stop_words",
    "duplicate_paragraphs": "max_duplicate_paragraph_ratio",
    "duplicate_paragraph_chars": "max_duplicate_paragraph_char_ratio",
    "duplicate_lines": "max_duplicate_line_ratio",
    "duplicate_line_chars": "max_duplicate_line_char_ratio",
    **{f"top_{size}_gram": f"max_top_{size}_gram_ratio" for size in (2, 3, 4)},
    **{f"duplicate_{size}_grams": f"max_duplicate_{size}_gram_ratio" for size in (5, 6, 7, 8, 9, 10)},
}
_PUBLISHED_2 = {
    **{f"gopher_{old}": f"gopher_{new}" for old, new in _GOPHER.items()},
    "c4_lorem_ipsum": "c4_max_lorem_ipsum_lines",
    "c4_curly_bracket": "c4_max_curly_bracket_lines",
    "c4_few_sentences": "c4_min_sentences",
    "fineweb_few_punctuated_lines": "fineweb_min_punctuated_line_ratio",
    "fineweb_short_lines": "fineweb_max_short_line_ratio",
    "fineweb_duplicate_chars": "fineweb_max_duplicate_char_ratio",
    "fineweb_line_feeds": "fineweb_max_line_feed_ratio",
}
RULES_2: Final[Mapping[str, str]] = {"language": "wrong_language", **_PUBLISHED_2}
"""Names of rules in `l2.rules`, which are the reasons of their rows too: old name -> new name."""

REASONS_2: Final[Mapping[str, str]] = {
    **RULES_2,
    "robots": "blocked_by_robots",
    "nothing_left": "empty_after_refinement",
    "server_garbage": "invalid_server_response",
    "page_not_drawn": "render_failed",
    "past_end": "exceeds_window",
    "not_extractable": "missing_answer_tags",
}
"""All reasons that were renamed: old name -> new name."""

KEYS_2: Final[Mapping[str, str]] = {
    "generation": "inference",
    "runner": "pipeline",
    "l3.judge": "l3.paper_judge",
    "inference.brakes": "inference.circuit_breaker",
    "inference.circuit_breaker.least_answers": "inference.circuit_breaker.min_responses",
    "inference.engines": "inference.num_engines",
    "inference.engine_restarts": "inference.max_engine_restarts",
    "inference.flush_answers": "inference.flush_responses",
    "inference.fold_seconds": "inference.compaction_seconds",
    "judge.attempts": "judge.max_attempts",
    "l0.inline_limit": "l0.max_inline_bytes",
    "l0.fetch.attempts": "l0.fetch.max_attempts",
    "l1.ocr.served_by": "l1.ocr.olmocr.engine",
    "l1.ocr.longest_side": "l1.ocr.olmocr.longest_side",
    "l1.ocr.page_attempts": "l1.ocr.olmocr.max_attempts",
    "l1.ocr.model": "l1.ocr.olmocr.model",
    "l2.one_task_edges": "l2.max_single_task_edges",
    **{f"l2.thresholds.{old}": f"l2.thresholds.{new}" for old, new in _PUBLISHED_2.items()},
    "l3.eai.attempts": "l3.eai.max_attempts",
    "l3.endpoint.attempts": "l3.endpoint.max_attempts",
    "l3.paper_judge.attempts": "l3.paper_judge.max_attempts",
    "l4.min_ok": "l4.min_success_ratio",
    "l4.checks.stub_chars": "l4.checks.min_chunk_chars_for_stub_check",
    "l5.min_ok": "l5.min_success_ratio",
    "*.endpoint.tries": "*.endpoint.max_attempts",
    "*.endpoint.patience_seconds": "*.endpoint.unavailable_timeout_seconds",
}
"""Old key -> new key of a setting or section; `*` stands for any section. The entries apply one after the other, so a key below
a renamed section is written under the section's new name."""

RULES: Final = (RULES_2,)
KEYS: Final = (KEYS_2,)
"""All tables, the oldest first."""


def reasons_in(query: str) -> Mapping[str, str]:
    """Return the renamed reasons that a SQL query names in quotes: old name -> new name."""
    return {old: new for old, new in REASONS_2.items() if f"'{old}'" in query}


def rule(name: str) -> str:
    """Return the present name of a rule; the same name if it was not renamed."""
    for table in RULES:
        name = table.get(name, name)
    return name


def setting(key: str) -> str:
    """Return the present key of a setting or section; the same key if neither it nor a section above it was renamed."""
    path = key.split(".")
    for table in KEYS:
        path = _renamed(path, table)
    return ".".join(path)


def settings_below(key: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    """Yield (old key, new key) of a renamed setting, or of a renamed section and of settings in it that changed their own name.
    A section with one setting is named by that setting."""
    return _settings_below(key, key, value)


def _settings_below(key: str, expected: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    """Yield as `settings_below`. `expected`: today's key if nothing but the sections above it was renamed."""
    while isinstance(value, dict) and len(value) == 1:
        ((name, value),) = value.items()
        key, expected = f"{key}.{name}", f"{expected}.{name}"
    new = setting(key)
    if new != expected:
        yield key, new
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _settings_below(f"{key}.{name}", f"{new}.{name}", inner)


def rename_keys(tree: Mapping[str, JsonValue], table: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return the nested settings with their keys renamed by `table`, one of KEYS."""
    renamed: dict[str, JsonValue] = {}
    for path, value in _leaves(tree, []):
        *sections, name = _renamed(path, table)
        place = renamed
        for section in sections:
            below = place.setdefault(section, {})
            assert isinstance(below, dict), f"{section} is a setting and a section"
            place = below
        place[name] = value
    return renamed


def _leaves(tree: Mapping[str, JsonValue], above: list[str]) -> Iterator[tuple[list[str], JsonValue]]:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, [*above, key])
        else:
            yield [*above, key], value


def _renamed(path: list[str], table: Mapping[str, str]) -> list[str]:
    for old, new in table.items():
        path = _replace(path, old.split("."), new.split("."))
    return path


def _replace(path: list[str], old: list[str], new: list[str]) -> list[str]:
    starts = range(1)
    if old[0] == "*":
        starts, old, new = range(1, len(path)), old[1:], new[1:]
    for start in starts:
        end = start + len(old)
        if path[start:end] == old:
            return [*path[:start], *new, *path[end:]]
    return path
