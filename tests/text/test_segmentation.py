"""Words of scripts that are written without blanks between words."""

import time

import numpy as np
import pytest

from darwin_spark.levels.l2_filter.dedup.minhash import jaccard, sign
from darwin_spark.levels.l2_filter.quality.signals.measure import signals
from darwin_spark.text.segmentation import is_unspaced, word_starts
from darwin_spark.text.word_hashes import word_hashes

SENTENCES = {
    "Chinese": ("年轻的陶工在河边数过了三根绳子，", "然后在雨停之后换掉了半页记录。"),
    "Japanese": ("機織りの娘はタワーの横で丁寧に量った。", "養蜂家は夕暮れの庭で綱を干した。"),
    "Thai": ("ช่างปั้นหนุ่มริมแม่น้ำวาดไว้อย่างละเอียด", "คนเลี้ยงผึ้งที่ลานบ้านซ่อมอย่างช้าๆ"),
    "Lao": ("ຊ່າງປັ້ນໝໍ້ໜຸ່ມຢູ່ແຄມແມ່ນ້ຳ", "ຄົນລ້ຽງເຜິ້ງຢູ່ເດີ່ນບ້ານ"),
    "Khmer": ("ជាងស្មូនក្មេងនៅមាត់ទន្លេ", "អ្នកចិញ្ចឹមឃ្មុំនៅទីធ្លា"),
    "Burmese": ("အိုးထိန်းသည်လူငယ်သည်မြစ်ကမ်းဘေးတွင်", "ပျားမွေးသူသည်ခြံထဲတွင်"),
}


def _text(language: str, count: int, seed: int) -> str:
    """A text of sentences whose parts stand in a new order each time."""
    random = np.random.default_rng(seed)
    characters = [c for sentence in SENTENCES[language] for c in sentence]
    return "".join(random.choice(characters) for _ in range(count))


def test_each_character_is_a_word_and_marks_stay_with_theirs() -> None:
    codes = np.array([ord(c) for c in "陶工 ที่ガ゙x1、 ab"], dtype=np.uint32)
    starts = word_starts(codes)
    assert [chr(code) for code in codes[starts & (codes != ord(" "))]] == ["陶", "工", "ท", "ガ", "x"]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_few_changed_characters_leave_near_duplicates(language: str) -> None:
    text, other = _text(language, 1_200, 1), _text(language, 1_200, 2)
    changed = "".join(text[i] if i % 240 != 120 else other[i] for i in range(len(text)))
    first, near, far = (sign(t) for t in (text, changed, other))
    assert jaccard(first.minhash, near.minhash) > 0.8
    assert set(first.bands) & set(near.bands)
    assert jaccard(first.minhash, far.minhash) < 0.2
    assert first.text_hash != near.text_hash


def test_words_are_counted_by_characters() -> None:
    found = signals("年轻的陶工，数过了三根绳子。\n养蜂人在 2024 年来了。\n")
    assert found["words"] == 23
    assert found["gopher_words"] == 20
    assert found["gopher_mean_word_length"] == pytest.approx(23 / 20)


@pytest.mark.parametrize(
    "text",
    [
        "The paper of 王小明 and 李明 has a title in Chinese, 关于陶工.",
        "한국어는 띄어쓰기를 한다",
        "Привет, мир",
        "",
        "a b",
        "... ,,",
    ],
)
def test_texts_with_blanks_have_words_as_ever(text: str) -> None:
    assert not is_unspaced(text)
    assert sum(part.size for part in word_hashes(text)) == len(
        [w for w in text.replace(",", " ").replace(".", " ").split() if w]
    )


def test_blocks_do_not_change_the_words() -> None:
    text = _text("Thai", 3_000, 3)
    whole, parts = (np.concatenate(list(word_hashes(text, size))) for size in (10_000, 64))
    assert (whole == parts).all()


def test_the_time_is_linear() -> None:
    def seconds(size: int) -> float:
        text = SENTENCES["Chinese"][0] * size
        start = time.process_time()
        sum(part.size for part in word_hashes(text))
        return time.process_time() - start

    seconds(10)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.002)
