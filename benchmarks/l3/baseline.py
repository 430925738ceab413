"""The baseline classifier: TF-IDF of words and logistic regression, with the defaults of scikit-learn."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from darwin_spark.levels.l3_classify.hashed_tokens import text_of
from darwin_spark.levels.l3_classify.training.calibrate import Floats, Truth
from darwin_spark.levels.l3_classify.training.folds import FOLDS
from darwin_spark.levels.l3_classify.training.records import Record


def held_out(records: Sequence[Record], truth: Truth, fold: Truth, classes: int) -> Floats:
    """(records, classes): the probabilities of each fold by a model of the others; the same folds and texts as ours."""
    texts = np.array([text_of(record.document) for record in records], dtype=object)
    found = np.zeros((len(records), classes))
    for number in range(FOLDS):
        seen, held = (fold != number) & (truth >= 0), fold == number
        model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=300)).fit(texts[seen], truth[seen])
        found[np.ix_(held, model.classes_)] = model.predict_proba(texts[held])
    return found
