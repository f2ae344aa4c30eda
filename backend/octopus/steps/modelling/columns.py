"""From a table's columns to an unfitted scikit-learn transformer that turns them all into numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from octopus.steps.modelling.portable import AsNumbers, AsText, DateParts, TextWeights

TARGET_FOLDS = 5
"""A training row's category is encoded by the targets of the other folds, never by its own."""
SCALERS = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one column is treated. `kind`: numeric, categorical, text, date, keep or drop."""

    kind: str
    impute: str = "median"
    scale: str = "standard"
    encode: str = "onehot"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How columns are treated. `own`: per column name, in place of what its type would get."""

    impute: str = "median"
    scale: str = "standard"
    impute_categories: str = "most_frequent"
    encode: str = "onehot"
    max_categories: int = 30
    text_features: int = 500
    dates: str = "parts"
    pca: int | None = None
    own: Mapping[str, Treatment] = field(default_factory=dict)


def treatment(column: Any, recipe: Recipe) -> Treatment:
    """By the column's own rule, otherwise by its type."""
    if column.name in recipe.own:
        return recipe.own[column.name]
    if pd.api.types.is_datetime64_any_dtype(column):
        return Treatment("date" if recipe.dates == "parts" else "drop")
    if pd.api.types.is_numeric_dtype(column):
        return Treatment("numeric", impute=recipe.impute, scale=recipe.scale)
    return Treatment("drop") if recipe.encode == "drop" else Treatment("categorical", encode=recipe.encode)


def unfitted(treatments: Mapping[str, Treatment], recipe: Recipe, *, verbose_names: bool = False) -> Any:
    """Columns treated alike go together. `verbose_names`: names start with the group's, for the rare case in which two
    columns would get one name."""
    groups: dict[Treatment, list[str]] = {}
    for name, one in treatments.items():
        if one.kind != "drop":
            groups.setdefault(one, []).append(name)
    if not groups:
        raise ValueError("no column is left after dropping: keep or encode at least one")
    parts = [(f"{one.kind}_{number}", _steps(one, recipe), names) for number, (one, names) in enumerate(groups.items())]
    whole: Any = ColumnTransformer(parts, remainder="drop", verbose_feature_names_out=verbose_names, sparse_threshold=0)
    if recipe.pca:
        whole = Pipeline([("columns", whole), ("pca", PCA(n_components=recipe.pca, random_state=0))])
    return whole.set_output(transform="pandas")


def _steps(one: Treatment, recipe: Recipe) -> Any:
    if one.kind == "keep":
        return "passthrough"
    if one.kind == "text":
        return TextWeights(recipe.text_features)
    if one.kind == "categorical":
        return Pipeline(_category_steps(one, recipe))
    steps: list[tuple[str, Any]] = [("parts", DateParts()) if one.kind == "date" else ("numbers", AsNumbers())]
    if one.kind == "date":
        return Pipeline([*steps, ("impute", SimpleImputer(strategy="most_frequent", keep_empty_features=True))])
    if one.impute != "none":
        steps.append(("impute", SimpleImputer(strategy=one.impute, keep_empty_features=True)))
    if one.scale != "none":
        steps.append(("scale", SCALERS[one.scale]()))
    return Pipeline(steps)


def _category_steps(one: Treatment, recipe: Recipe) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = [("text", AsText())]
    if recipe.impute_categories == "most_frequent":
        steps.append(("impute", SimpleImputer(strategy="most_frequent", keep_empty_features=True)))
    elif recipe.impute_categories == "missing":
        steps.append(("impute", SimpleImputer(strategy="constant", fill_value="missing", keep_empty_features=True)))
    return [*steps, ("encode", _encoder(one.encode, recipe.max_categories))]


def _encoder(name: str, max_categories: int) -> Any:
    if name == "target":
        return TargetEncoder(cv=KFold(TARGET_FOLDS, shuffle=True, random_state=0))
    if name == "ordinal":
        return OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=-1,
            encoded_missing_value=-1,
            max_categories=max_categories,
        )
    return OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=max_categories, sparse_output=False)
