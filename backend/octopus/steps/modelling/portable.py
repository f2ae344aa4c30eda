"""Estimators of our own that end up inside saved models.

They are pickled by value, so that a model can be loaded where octopus is not installed: this module must import nothing
of octopus, and its classes nothing but numpy, pandas and scikit-learn.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

DATE_PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "day_of_week", "hour": "hour"}
"""What a part is called in a column's name -> in pandas."""


class _SameColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of transformers that keep their columns' names."""

    def fit(self, X: Any, y: Any = None) -> Any:  # noqa: N803
        self.feature_names_in_ = np.asarray(list(X.columns), dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        check_is_fitted(self)
        return self.feature_names_in_


class AsNumbers(_SameColumns):
    """Booleans and nullable numbers as plain float64, missing as NaN."""

    def transform(self, X: Any) -> Any:  # noqa: N803
        return pd.DataFrame(
            {name: pd.to_numeric(X[name]).astype("float64") for name in self.feature_names_in_}, index=X.index
        )


class AsText(_SameColumns):
    """Categories of any type as text, missing as NaN."""

    def transform(self, X: Any) -> Any:  # noqa: N803
        columns = {}
        for name in self.feature_names_in_:
            column = X[name].astype(object)
            columns[name] = column.map(str).where(column.notna(), np.nan).astype(object)
        return pd.DataFrame(columns, index=X.index)


class DateParts(_SameColumns):
    """Every date as year, month, day, weekday (Monday 0) and hour; a missing date as NaN in all of them."""

    def transform(self, X: Any) -> Any:  # noqa: N803
        columns = {}
        for name in self.feature_names_in_:
            moments = pd.to_datetime(X[name])
            for part, attribute in DATE_PARTS.items():
                columns[f"{name}_{part}"] = getattr(moments.dt, attribute).astype("float64")
        return pd.DataFrame(columns, index=X.index)

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        check_is_fitted(self)
        return np.asarray([f"{name}_{part}" for name in self.feature_names_in_ for part in DATE_PARTS], dtype=object)


class TextWeights(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Columns of prose as tf-idf weights of their most frequent words, dense."""

    def __init__(self, max_features: int = 500) -> None:
        self.max_features = max_features

    def fit(self, X: Any, y: Any = None) -> Any:  # noqa: N803
        self.feature_names_in_ = np.asarray(list(X.columns), dtype=object)
        self.n_features_in_ = X.shape[1]
        self.vectorizers_ = [
            TfidfVectorizer(max_features=self.max_features, sublinear_tf=True).fit(self._texts(X[name]))
            for name in self.feature_names_in_
        ]
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803
        parts = [
            vectorizer.transform(self._texts(X[name])).toarray()
            for name, vectorizer in zip(self.feature_names_in_, self.vectorizers_, strict=True)
        ]
        return pd.DataFrame(np.hstack(parts), columns=self.get_feature_names_out(), index=X.index)

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        check_is_fitted(self)
        return np.asarray(
            [
                f"{name}_{word}"
                for name, vectorizer in zip(self.feature_names_in_, self.vectorizers_, strict=True)
                for word in vectorizer.get_feature_names_out()
            ],
            dtype=object,
        )

    @staticmethod
    def _texts(column: Any) -> Any:
        return column.astype(object).where(column.notna(), "").map(str)


class ScoringModel(BaseEstimator):  # type: ignore[misc]
    """A fitted model whose `predict` answers a table: `<prefix>prediction`, and for classes `<prefix>score` or, with
    `all_classes`, `<prefix>score_<class>` for each."""

    def __init__(self, inner: Any, prefix: str = "", all_classes: bool = False) -> None:
        self.inner = inner
        self.prefix = prefix
        self.all_classes = all_classes

    def fit(self, X: Any, y: Any = None) -> Any:  # noqa: N803
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        answer = pd.DataFrame({f"{self.prefix}prediction": self.inner.predict(X)})
        if hasattr(self.inner, "predict_proba"):
            scores = self.inner.predict_proba(X)
            answer[f"{self.prefix}score"] = scores.max(axis=1)
            if self.all_classes:
                for number, name in enumerate(self.inner.classes_):
                    answer[f"{self.prefix}score_{name}"] = scores[:, number]
        return answer

    def __sklearn_is_fitted__(self) -> bool:
        return True
