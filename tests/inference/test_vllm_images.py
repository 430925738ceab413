"""vLLM takes our requests with images: as its server reads them, and as its engine gets them in the worker."""

import importlib.util
import io

import pytest
from PIL import Image

from darwin_spark.inference.engines.protocol import Request
from darwin_spark.inference.engines.vllm import _inputs
from darwin_spark.inference.images import image_placeholders, shown


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (873, 1288), (200, 30, 30)).save(buffer, "PNG")
    return buffer.getvalue()


MESSAGES = shown([{"role": "user", "content": "What does it say?"}], png())
_QWEN = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% for part in m.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}"
)
"""What the chat template of Qwen2-VL, olmOCR's base, does with parts of a message."""


def test_a_chat_template_sees_a_placeholder_for_the_image_and_none_of_its_bytes() -> None:
    from jinja2 import Template

    said = Template(_QWEN).render(messages=image_placeholders(MESSAGES))
    assert said == "<|im_start|>user\nWhat does it say?<|vision_start|><|image_pad|><|vision_end|><|im_end|>\n"


@pytest.mark.slow  # half a minute, nearly all of it the import of vLLM
@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed")
def test_vllm_reads_the_image_of_a_message_and_knows_the_fields_of_our_inputs() -> None:
    from vllm.inputs import TokensPrompt
    from vllm.multimodal.media import MediaConnector

    (url,) = (part["image_url"]["url"] for part in MESSAGES[0]["content"] if part["type"] == "image_url")
    read = MediaConnector().fetch_image(url)
    image = getattr(read, "media", read)
    assert (image.size, image.convert("RGB").getpixel((5, 5))) == ((873, 1288), (200, 30, 30))

    inputs = _inputs(Request("r", 1, MESSAGES), [1, 2, 3])
    assert inputs.keys() <= TokensPrompt.__annotations__.keys()
    assert inputs["prompt_token_ids"] == [1, 2, 3]
    assert [image.size for image in inputs["multi_modal_data"]["image"]] == [(873, 1288)]
    assert _inputs(Request("r", 1, [{"role": "user", "content": "?"}]), [1]) == {"prompt_token_ids": [1]}
