"""Sample a long document for a model: beginning, a middle part at a random position, end (as in EAI-Distill's model card)."""

from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

PARTS: Final = 3


def sample(text: Column, doc_id: Column, chars: int) -> Column:
    """Return a Column: the text, or three parts of `chars // 3` characters each if the text is longer than `chars`.

    The parts do not overlap; a line with its name precedes each part. A hash of `doc_id` sets the position of the middle, so
    that every machine and climb samples alike. Spark cuts the text in the JVM: only the sample reaches Python.
    """
    part = chars // PARTS
    length = F.length(text)
    positions = length - F.lit(PARTS * part) + F.lit(1)
    middle = F.lit(part) + F.pmod(F.xxhash64(doc_id), positions).cast("int")
    parts = {
        "[beginning]": text.substr(F.lit(1), F.lit(part)),
        "[middle]": text.substr(middle + F.lit(1), F.lit(part)),
        "[end]": text.substr(length - F.lit(part - 1), F.lit(part)),
    }
    sampled = F.concat_ws("\n", *(column for name, excerpt in parts.items() for column in (F.lit(name), excerpt)))
    return F.when(length <= F.lit(chars), text).otherwise(sampled)
