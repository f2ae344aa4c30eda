"""transform: turn columns of any kind into numbers a model can learn from."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from octopus.steps.modelling.columns import Recipe, Treatment, treatment, unfitted
from octopus.steps.modelling.features import applied, mark, transformed_by
from octopus.steps.modelling.saved import About, NewModel, content_digest
from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.declare import Dataset, Doc, Param, Transformer, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.tables.files import need_columns
from octopus.steps.tables.profile import COLUMNS_LIMIT, show_table

Scale = Literal["none", "standard", "minmax", "robust"]
Encode = Literal["onehot", "ordinal", "target", "drop"]
NumericFill = Literal["none", "mean", "median", "most_frequent"]


class ColumnRule(BaseModel):
    """How one column is treated differently from the others of its kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Column rule")

    column: str = Field(title="Column", min_length=1, json_schema_extra={"x-widget": "column"})
    treat_as: Literal["numeric", "categorical", "text", "date", "keep", "drop"] = Field(
        title="Treat as", description="keep: hand the column on as it is.", default="categorical"
    )
    impute: NumericFill | None = Field(title="Fill missing", description="Of a numeric column.", default=None)
    scale: Scale | None = Field(title="Scale", description="Of a numeric column.", default=None)
    encode: Encode | None = Field(title="Encode", description="Of a categorical column.", default=None)


class Transformed(NamedTuple):
    train: Annotated[Dataset, Doc("The training rows, transformed.")]
    validation: Annotated[Dataset, Doc("The validation rows, transformed; empty if none came in.")]
    test: Annotated[Dataset, Doc("The test rows, transformed; empty if none came in.")]
    transformer: Annotated[Transformer, Doc("The fitted transformer; train builds it into the model.")]


@step(
    title="Transform",
    category="Prepare",
    colour="transform",
    icon="Transform",
    summary=("scale", "encode", "pca"),
)
def transform(
    train: Annotated[Dataset, Doc("Rows the transformer is fitted on.")],
    validation: Annotated[Dataset | None, Doc("Rows that are only transformed.")] = None,
    test: Annotated[Dataset | None, Doc("Rows that are only transformed.")] = None,
    target: Annotated[
        str | None,
        Param("Target column", "Handed on as it is; empty: every column is a feature.", widget="column"),
    ] = "target",
    impute: Annotated[
        NumericFill, Param("Fill missing numbers", "With what, taken from the training rows.")
    ] = "median",
    scale: Annotated[
        Scale,
        Param("Scale numbers", "standard: mean 0, deviation 1. minmax: 0 to 1. robust: by median and quartiles."),
    ] = "standard",
    impute_categories: Annotated[
        Literal["none", "most_frequent", "missing"],
        Param("Fill missing categories", "missing: a category of its own."),
    ] = "most_frequent",
    encode: Annotated[
        Encode,
        Param(
            "Encode categories",
            "onehot: a 0/1 column each. ordinal: a number each. target: the mean of the target. drop: leave them out.",
        ),
    ] = "onehot",
    max_categories: Annotated[
        int, Param("Categories at most", "Per column; the rarer ones share one (onehot and ordinal).", ge=2, le=1000)
    ] = 30,
    text_columns: Annotated[
        tuple[str, ...],
        Param("Text columns", "Columns of prose, turned into tf-idf weights of words.", widget="columns"),
    ] = (),
    text_features: Annotated[int, Param("Words per text column", "The most frequent ones.", ge=1, le=100_000)] = 500,
    dates: Annotated[
        Literal["parts", "drop"], Param("Dates", "parts: year, month, day, weekday, hour. drop: leave them out.")
    ] = "parts",
    pca: Annotated[
        int | None, Param("Principal components", "Reduce all columns to so many; empty: do not.", ge=1)
    ] = None,
    untouched: Annotated[
        tuple[str, ...],
        Param(
            "Hand on untouched", "Columns that are no features but are needed later, such as weights.", widget="columns"
        ),
    ] = (),
    column_rules: Annotated[
        tuple[ColumnRule, ...], Param("Rules per column", "Columns treated differently from others of their kind.")
    ] = (),
    transformer_fn: Annotated[
        str | None,
        Param(
            "Own transformer",
            "Python source of a function transformer() that returns an unfitted scikit-learn transformer; used instead "
            "of everything above.",
            widget="code",
            literal=True,
        ),
    ] = None,
    skip_profile: Annotated[bool, Param("Skip the profile", "Leave the column statistics out of the card.")] = False,
) -> Transformed:
    """Fits a transformer on the training rows alone and applies it to all three tables.

    Connect `transformer` to the train step to get a model that takes raw rows: octopus then knows which tables are
    transformed already and never transforms a row twice. Evaluate takes either the raw or the transformed test rows.
    """
    if train.empty:
        raise ValueError("the training table has no rows to fit on")
    outside = [name for name in (target, *untouched) if name]
    for name, table in (("train", train), ("validation", validation), ("test", test)):
        _refuse_twice(name, table, outside)
    features = [name for name in train.columns if name not in outside]
    if not features:
        raise ValueError("there is no column besides the target to transform")
    recipe = Recipe(
        impute,
        scale,
        impute_categories,
        encode,
        max_categories,
        text_features,
        dates,
        pca,
        _own(column_rules, text_columns, train, Recipe(impute=impute, scale=scale, encode=encode)),
    )
    print(f"fitting on {len(train):,} rows, {len(features)} columns")
    if transformer_fn:
        fitted, fitted_rows = _fit_own(own_function(transformer_fn, "transformer_fn"), train, features, target)
    else:
        fitted, fitted_rows = _fit(train, features, target, recipe)
    digest = content_digest(fitted)
    tables = [mark(_finished(fitted_rows, train, outside), digest, untouched)]
    for number, table in enumerate((validation, test)):
        progress((number + 1) / 3, f"transforming {('validation', 'test')[number]}")
        if table is None or table.empty:
            tables.append(mark(tables[0].iloc[:0].copy(), digest, untouched))
        else:
            rows = applied(fitted, table, features, f"the table at {('validation', 'test')[number]}")
            tables.append(mark(_finished(rows, table, outside), digest, untouched))
    names = list(fitted_rows.columns)
    log_metric("features_in", len(features))
    log_metric("features_out", len(names))
    _show(fitted, train, features, names, tables[0], profile=not skip_profile)
    about = About(features=tuple(features), inner_features=tuple(names), transformer=digest, digest=digest)
    saved = NewModel(fitted, about, train[features].head(5), fitted_rows.head(5))
    return Transformed(tables[0], tables[1], tables[2], saved)


def _refuse_twice(name: str, table: Any | None, outside: list[str]) -> None:
    if table is None:
        return
    if transformed_by(table) is not None:
        raise ValueError(f"the table at {name} has gone through a transform step already")
    if name == "train" or not table.empty:
        need_columns(table, outside, f"the table at {name}")


def _own(rules: tuple[ColumnRule, ...], text: tuple[str, ...], train: Any, common: Recipe) -> dict[str, Treatment]:
    need_columns(train, [*text, *(rule.column for rule in rules)], "the training table")
    own = {name: Treatment("text") for name in text}
    for rule in rules:
        own[rule.column] = Treatment(
            rule.treat_as,
            rule.impute or common.impute,
            rule.scale or common.scale,
            rule.encode or (common.encode if common.encode != "drop" else "onehot"),
        )
    return own


def _fit(train: Any, features: list[str], target: str | None, recipe: Recipe) -> tuple[Any, Any]:
    treatments = {name: treatment(train[name], recipe) for name in features}
    _refuse_target_encoding(treatments, target)
    _say(treatments)
    answers = train[target] if target else None
    try:
        fitted = unfitted(treatments, recipe)
        return fitted, fitted.fit_transform(train[features], answers)
    except ValueError as fault:
        if "not unique" not in str(fault):
            raise
    fitted = unfitted(treatments, recipe, verbose_names=True)
    return fitted, fitted.fit_transform(train[features], answers)


def _refuse_target_encoding(treatments: dict[str, Treatment], target: str | None) -> None:
    by_target = [name for name, one in treatments.items() if one.kind == "categorical" and one.encode == "target"]
    if by_target and not target:
        raise ValueError(f"encoding column {by_target[0]!r} by the target needs a target column")


def _say(treatments: dict[str, Treatment]) -> None:
    kinds: dict[str, list[str]] = {}
    for name, one in treatments.items():
        kinds.setdefault(one.kind, []).append(name)
    for kind, names in kinds.items():
        print(f"{kind}: {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}")


def _fit_own(make: Callable[[], Any], train: Any, features: list[str], target: str | None) -> tuple[Any, Any]:
    own = make()
    if not hasattr(own, "fit") or not hasattr(own, "transform"):
        raise TypeError(f"transformer_fn must return a transformer with fit and transform, not {type(own).__name__}")
    if hasattr(own, "set_output"):
        own.set_output(transform="pandas")
    own.fit(train[features], train[target] if target else None)
    return own, applied(own, train, features, "the training table")


def _finished(rows: Any, source: Any, outside: list[str]) -> Any:
    table = rows.reset_index(drop=True)
    for name in outside:
        if name in table.columns:
            raise ValueError(f"the transformer makes a column {name!r}, the name of the target or an untouched column")
        table[name] = source[name].reset_index(drop=True)
    return table


def _show(fitted: Any, train: Any, features: list[str], names: list[str], result: Any, *, profile: bool) -> None:
    card().markdown(f"Fitted on {len(train):,} training rows: {len(features)} columns in, {len(names)} features out.")
    card().markdown(f"```text\n{fitted!r}\n```")
    card().table(
        "Columns in", ["column", "type"], [[name, str(train[name].dtype)] for name in features[:COLUMNS_LIMIT]]
    )
    show_table(card(), result, "Training rows, transformed", profile=profile)
