"""Prompt files: a version, a constant system message, and a user message that ends with the document's text.

A prompt about an image has no text slot. The system part may be empty, for a model that was tuned without a system message.

A prompt file is Markdown with a front matter and two parts:

    ---
    version: 1
    ---
    <!-- system -->
    the instructions, the same in every request, so that the server can cache the prefix
    <!-- user -->
    a line of introduction, then {text} at the very end
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

SLOT = "{text}"
_LAYOUT = re.compile(r"\A---\n(?P<front>.*?)\n---\n\s*<!-- system -->\n(?P<system>.*?)<!-- user -->\n(?P<user>.*)\Z", re.S)
_CONTROL_TOKEN = re.compile(r"<(?=\|[^|>\s]{1,64}\|>)")


@dataclass(frozen=True)
class Prompt:
    """One prompt file. `version` is its human-readable version; `digest` identifies its exact content (64 bits, hex)."""

    version: str
    digest: str
    system: str
    user_template: str


@cache
def load(package: str, name: str, *, about_image: bool = False) -> Prompt:
    """Return the prompt in the file `name` in the folder of `package`. Raises ValueError if the file has another layout."""
    source = (files(package) / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    layout = _LAYOUT.match(source)
    front = yaml.safe_load(layout["front"]) if layout else None
    if layout is None or not isinstance(front, dict) or "version" not in front:
        raise ValueError(
            f"{package}/{name} is not a prompt file: it needs a front matter with 'version', '<!-- system -->', '<!-- user -->'"
        )
    user = layout["user"].strip()
    if about_image and SLOT in user:
        raise ValueError(f"{package}/{name}: a prompt about a picture holds no {SLOT}")
    if not about_image and (user.count(SLOT) != 1 or not user.endswith(SLOT)):
        raise ValueError(
            f"{package}/{name}: the user part must hold {SLOT} once, as the last thing, so that no text can close it"
        )
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    return Prompt(version=str(front["version"]), digest=digest, system=layout["system"].strip(), user_template=user)


def messages(prompt: Prompt, text: str) -> list[dict[str, str]]:
    """Return the chat messages of `prompt` with `text` in its slot.
    The text is inserted literally (braces and tags have no effect) and comes last, so nothing in it can close the slot early.
    One exception: `<|name|>` becomes `< |name|>`, because tokenizers parse such strings as control tokens at any position."""
    user = prompt.user_template.removesuffix(SLOT) + _CONTROL_TOKEN.sub("< ", text)
    system = [{"role": "system", "content": prompt.system}] if prompt.system else []
    return [*system, {"role": "user", "content": user}]


def text_of(prompt: Prompt, user: str) -> str:
    """Return the text in the slot of a user message made by `messages` (with `<|name|>` still changed)."""
    return user.removeprefix(prompt.user_template.removesuffix(SLOT))
