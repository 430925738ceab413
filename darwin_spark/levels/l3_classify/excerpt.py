"""What of a long document a model is shown: its beginning, a middle part at a random place, its end (EAI-Distill's card)."""

from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

PARTS: Final = 3


def sample(text: Column, doc_id: Column, chars: int) -> Column:
    """The text, or of one longer than `chars` three equal parts of it that do not overlap, each under its name.

    The middle lies anywhere between the other two. Its place is drawn from `doc_id`, so that a document is shown the same
    way on every machine and at every climb. Cut in the JVM: no more than the sample reaches Python.
    """
    part = chars // PARTS
    length = F.length(text)
    places = length - F.lit(PARTS * part) + F.lit(1)
    middle = F.lit(part) + F.pmod(F.xxhash64(doc_id), places).cast("int")
    parts = {
        "[beginning]": text.substr(F.lit(1), F.lit(part)),
        "[middle]": text.substr(middle + F.lit(1), F.lit(part)),
        "[end]": text.substr(length - F.lit(part - 1), F.lit(part)),
    }
    cut = F.concat_ws("\n", *(column for name, shown in parts.items() for column in (F.lit(name), shown)))
    return F.when(length <= F.lit(chars), text).otherwise(cut)
