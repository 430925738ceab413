import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.requests import model_digest, request_id, sampling_of

SAMPLING = {"temperature": 0.6, "top_p": 0.95, "max_tokens": 2048}
MESSAGES = [{"role": "system", "content": "Clean."}, {"role": "user", "content": "naïve text\n"}]


def test_a_request_id_never_changes():
    assert request_id("l4", "0" * 32, "1", SAMPLING, MESSAGES) == "6f29c41eb88bcc2e3482720348851242"


def test_a_request_id_ignores_the_order_of_keys():
    turned = [{"content": m["content"], "role": m["role"]} for m in MESSAGES]
    assert request_id("l4", "m", "1", dict(reversed(SAMPLING.items())), turned) == request_id(
        "l4", "m", "1", SAMPLING, MESSAGES
    )


PARTS = st.tuples(
    st.sampled_from(["l4", "l5"]),
    st.sampled_from(["m", "n"]),
    st.sampled_from(["1", "2"]),
    st.fixed_dictionaries({"temperature": st.sampled_from([0.0, 0.6]), "max_tokens": st.integers(1, 3)}),
    st.lists(st.fixed_dictionaries({"role": st.sampled_from(["system", "user"]), "content": st.text(max_size=3)}), max_size=3),
)


@given(one=PARTS, other=PARTS)
def test_request_ids_are_equal_exactly_when_all_parts_are(one, other):
    assert (request_id(*one) == request_id(*other)) == (one == other)


def test_sampling_holds_what_decides_a_response_and_not_where_it_runs():
    model = ModelSettings(model="m")
    assert sampling_of(model) == {**SAMPLING, "chat_template_options": {}}
    assert sampling_of(model.model_copy(update={"max_num_seqs": 1, "engine_options": {"dtype": "float32"}})) == sampling_of(
        model
    )


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (folder / "model.safetensors").write_bytes(bytes(5_000_000))
    return folder


def test_the_digest_of_a_folder_depends_on_its_files_and_not_on_its_path(folder, tmp_path):
    before = model_digest(ModelSettings(model=str(folder)))
    (folder / "README.md").write_text("a page for people")
    assert model_digest(ModelSettings(model=str(folder.rename(tmp_path / "elsewhere")))) == before


@pytest.mark.parametrize("change", ["config", "template", "weights"])
def test_the_digest_of_a_folder_changes_with_every_file_that_matters(folder, change):
    before = model_digest(ModelSettings(model=str(folder)))
    if change == "config":
        (folder / "config.json").write_text(json.dumps({"model_type": "qwen3"}))
    elif change == "template":
        (folder / "chat_template.jinja").write_text("{{ messages }}")
    else:  # the same size, other numbers, as after fine-tuning
        (folder / "model.safetensors").write_bytes(bytes([1]) * 5_000_000)
    assert model_digest(ModelSettings(model=str(folder))) != before


def test_the_digest_of_a_hub_name_depends_on_name_and_revision():
    plain = ModelSettings(model="openai/gpt-oss-120b")
    assert model_digest(plain) == model_digest(plain.model_copy(update={"engine_options": {"tensor_parallel_size": 8}}))
    digests = {model_digest(plain), model_digest(ModelSettings(model="openai/gpt-oss-20b"))}
    digests.add(model_digest(plain.model_copy(update={"engine_options": {"revision": "abc"}})))
    assert len(digests) == 3


def test_a_mistyped_folder_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="no folder of weights"):
        model_digest(ModelSettings(model=str(tmp_path / "missing")))
