"""The names people choose by: algorithms and what they are called in the form."""

from typing import Literal

AlgorithmName = Literal[
    "logistic",
    "linear",
    "ridge",
    "lasso",
    "elastic_net",
    "tree",
    "forest",
    "extra_trees",
    "hist_boosting",
    "svm",
    "knn",
    "naive_bayes",
    "mlp",
    "dummy",
    "xgboost",
    "lightgbm",
    "custom",
]
