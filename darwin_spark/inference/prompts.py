"""Prompts as files: a version, a system message that never changes and a user message that ends with the document's text.

A prompt about a picture has no text to end with, and an empty system part where the model was tuned without one.

A prompt file is Markdown with a front matter and two parts:

    ---
    version: 1
    ---
    <!-- system -->
    the instructions, the same in every request, so that the server computes their prefix once
    <!-- user -->
    a line of introduction, then {text} as the last thing
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
    """One prompt file: `digest` tells two texts of it apart, `version` is what people call it."""

    version: str
    digest: str
    system: str
    user_template: str


@cache
def load(package: str, name: str, *, about_picture: bool = False) -> Prompt:
    """The prompt `name` that lies beside the modules of `package`. Raises ValueError if the file has not the layout above."""
    source = (files(package) / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    layout = _LAYOUT.match(source)
    front = yaml.safe_load(layout["front"]) if layout else None
    if layout is None or not isinstance(front, dict) or "version" not in front:
        raise ValueError(
            f"{package}/{name} is not a prompt file: it needs a front matter with 'version', '<!-- system -->', '<!-- user -->'"
        )
    user = layout["user"].strip()
    if about_picture and SLOT in user:
        raise ValueError(f"{package}/{name}: a prompt about a picture holds no {SLOT}")
    if not about_picture and (user.count(SLOT) != 1 or not user.endswith(SLOT)):
        raise ValueError(
            f"{package}/{name}: the user part must hold {SLOT} once, as the last thing, so that no text can close it"
        )
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    return Prompt(version=str(front["version"]), digest=digest, system=layout["system"].strip(), user_template=user)


def messages(prompt: Prompt, text: str) -> list[dict[str, str]]:
    """The chat messages that ask `prompt` about `text`.

    The text is put in as it is (braces and tags in it mean nothing), and is the last thing, so nothing in it can end it early.
    One exception: `<|name|>` becomes `< |name|>`, because tokenizers read such words, wherever they stand, as control tokens.
    """
    user = prompt.user_template.removesuffix(SLOT) + _CONTROL_TOKEN.sub("< ", text)
    system = [{"role": "system", "content": prompt.system}] if prompt.system else []
    return [*system, {"role": "user", "content": user}]


def text_of(prompt: Prompt, user: str) -> str:
    """The text that the user message of `messages` asks about."""
    return user.removeprefix(prompt.user_template.removesuffix(SLOT))
