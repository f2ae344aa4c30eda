"""Written by `make generate` from the step catalog; do not edit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal

from octopus.domain.pipeline import Policy, Position
from octopus.sdk.building import Building
from octopus.sdk.reference import Reference
from octopus.sdk.step import Port, StepHandle

End = Port | StepHandle

class IngestStep(StepHandle):
    data: Port

class CleanStep(StepHandle):
    data: Port

class SplitStep(StepHandle):
    train: Port
    validation: Port
    test: Port
    data: Port

class TransformStep(StepHandle):
    train: Port
    validation: Port
    test: Port
    transformer: Port

class TrainStep(StepHandle):
    model: Port
    metrics: Port
    params: Port
    train: Port
    validation: Port
    transformer: Port

class ValidateStep(StepHandle):
    metrics: Port
    report: Port
    model: Port
    validation: Port

class EvaluateStep(StepHandle):
    fail: Port
    metrics: Port
    report: Port
    model: Port
    test: Port

class ConditionStep(StepHandle):
    true: Port
    false: Port
    value: Port

class RetrainStep(StepHandle):
    params: Port
    failed: Port
    metrics: Port

class RegisterStep(StepHandle):
    version: Port
    model: Port
    metrics: Port
    report: Port

class PythonStep(StepHandle): ...

class BuiltIn:
    def __init__(self, pipeline: Building) -> None: ...
    def ingest(
        self,
        id: str | None = None,
        *,
        format: Literal["auto", "csv", "parquet", "json", "jsonl", "arrow", "excel", "sql", "sklearn", "generated"]
        | Reference = "auto",
        location: str | PathLike[str] = "",
        bundled: Literal["iris", "breast_cancer", "wine", "digits", "diabetes"] | Reference = "iris",
        delimiter: str | None = None,
        encoding: str = "utf-8",
        decimal: Literal[".", ","] | Reference = ".",
        header: bool | Reference = True,
        na_values: Sequence[Any] | Reference = ...,
        sheet: str | None = None,
        sql: str | Callable[..., Any] | None = None,
        connection: str | PathLike[str] | None = None,
        columns: Sequence[Any] | Reference = ...,
        limit: int | Reference | None = None,
        sample: float | Reference = 1.0,
        seed: int | Reference = 42,
        generator: Literal["classification", "regression", "blobs"] | Reference = "classification",
        rows: int | Reference = 1000,
        loader: str | Callable[..., Any] | None = None,
        skip_profile: bool | Reference = False,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> IngestStep:
        """Reads a table from files, an address, a database, an uploaded data set or one of scikit-learn's bundled
        ones."""
    def clean(
        self,
        id: str | None = None,
        *,
        data: End | None = None,
        types: Sequence[Any] | Reference = ...,
        missing: Literal["keep", "drop", "mean", "median", "mode", "constant"] | Reference = "drop",
        fill_value: str | None = None,
        missing_rules: Sequence[Any] | Reference = ...,
        duplicates: Literal["drop", "keep"] | Reference = "drop",
        duplicate_columns: Sequence[Any] | Reference = ...,
        outliers: Literal["keep", "drop", "clip"] | Reference = "keep",
        outlier_method: Literal["iqr", "z"] | Reference = "iqr",
        outlier_threshold: float | Reference | None = None,
        outlier_columns: Sequence[Any] | Reference = ...,
        skip_profile: bool | Reference = False,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> CleanStep:
        """Converts types, then treats missing values, duplicates and outliers, in this order."""
    def split(
        self,
        id: str | None = None,
        *,
        data: End | None = None,
        ratios: Sequence[Any] | Reference = ...,
        method: Literal["hash", "random", "time", "group", "custom"] | Reference = "hash",
        target: str | None = None,
        seed: int | Reference = 42,
        time_column: str | None = None,
        group_column: str | None = None,
        function: str | Callable[..., Any] | None = None,
        post_split: str | Callable[..., Any] | None = None,
        post_filter: str | Callable[..., Any] | None = None,
        skip_profile: bool | Reference = False,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> SplitStep:
        """Splits the rows into three parts. Every part with a share above 0 must get at least 4 rows."""
    def transform(
        self,
        id: str | None = None,
        *,
        train: End | None = None,
        validation: End | None = None,
        test: End | None = None,
        target: str | None = "target",
        impute: Literal["none", "mean", "median", "most_frequent"] | Reference = "median",
        scale: Literal["none", "standard", "minmax", "robust"] | Reference = "standard",
        impute_categories: Literal["none", "most_frequent", "missing"] | Reference = "most_frequent",
        encode: Literal["onehot", "ordinal", "target", "drop"] | Reference = "onehot",
        max_categories: int | Reference = 30,
        text_columns: Sequence[Any] | Reference = ...,
        text_features: int | Reference = 500,
        dates: Literal["parts", "drop"] | Reference = "parts",
        pca: int | Reference | None = None,
        untouched: Sequence[Any] | Reference = ...,
        column_rules: Sequence[Any] | Reference = ...,
        transformer_fn: str | Callable[..., Any] | None = None,
        skip_profile: bool | Reference = False,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> TransformStep:
        """Fits a transformer on the training rows alone and applies it to all three tables."""
    def train(
        self,
        id: str | None = None,
        *,
        train: End | None = None,
        validation: End | None = None,
        transformer: End | None = None,
        params: End | None = None,
        target: str = "target",
        task: Literal["auto", "classification", "regression"] | Reference = "auto",
        positive_class: str | None = None,
        algorithm: Literal[
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
        | Reference = "forest",
        hyperparameters: Mapping[str, Any] | Reference = ...,
        estimator_fn: str | Callable[..., Any] | None = None,
        calibrate: Literal["off", "sigmoid", "isotonic"] | Reference = "off",
        rebalance: bool | Reference = True,
        sample_weight: str | None = None,
        ignore: Sequence[Any] | Reference = ...,
        primary_metric: str | None = None,
        early_stopping: bool | Reference = False,
        predict_scores_for_all_classes: bool | Reference = False,
        predict_prefix: str = "",
        seed: int | Reference = 42,
        train_share: float | Reference = 1.0,
        n_jobs: int | Reference | None = None,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> TrainStep:
        """Fits one scikit-learn model and saves it as an MLflow Model with its signature."""
    def validate(
        self,
        id: str | None = None,
        *,
        model: End | None = None,
        validation: End | None = None,
        method: Literal["kfold", "holdout"] | Reference = "kfold",
        folds: int | Reference = 5,
        holdout: float | Reference = 0.25,
        metric: str | None = None,
        curve_points: int | Reference = 5,
        target: str | None = None,
        positive_class: str | None = None,
        seed: int | Reference = 42,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> ValidateStep:
        """Measures the model on the validation rows, then fits its algorithm again and again on parts of them (cross-
        validation) to say how much the figures vary, and draws the learning curve."""
    def evaluate(
        self,
        id: str | None = None,
        *,
        model: End | None = None,
        test: End | None = None,
        criteria: Sequence[Any] | Reference = ...,
        custom_metrics: Sequence[Any] | Reference = ...,
        target: str | None = None,
        positive_class: str | None = None,
        slices: Sequence[Any] | Reference = ...,
        feature_importance: bool | Reference = True,
        seed: int | Reference = 42,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> EvaluateStep:
        """Measures a model on test rows and decides: all criteria hold -> `pass` (VALIDATED), one does not -> `fail`
        (REJECTED), none given -> `pass` (UNKNOWN)."""
    def condition(
        self,
        id: str | None = None,
        *,
        value: End | None = None,
        expression: str,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> ConditionStep:
        """Decides by an expression over metrics of earlier steps and parameters of the pipeline: it holds -> `true`,
        it does not -> `false`. Both ports hand the value on without a copy."""
    def retrain(
        self,
        id: str | None = None,
        *,
        failed: End | None = None,
        metrics: End | None = None,
        params: End | None = None,
        changes: Sequence[Any] | Reference = ...,
        grid: Mapping[str, Any] | Reference = ...,
        more_data: float | Reference | None = None,
        new_seed: bool | Reference = False,
        metric: str | None = None,
        patience: int | Reference | None = None,
        min_improvement: float | Reference = 0.0,
        when_given_up: Literal["fail", "end"] | Reference = "fail",
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> RetrainStep:
        """Sends a model that was not good enough back to its train step, with other parameters."""
    def register(
        self,
        id: str | None = None,
        *,
        model: End | None = None,
        metrics: End | None = None,
        report: End | None = None,
        name: str = "model",
        allow_unknown: bool | Reference = False,
        alias: str | None = None,
        tags: Mapping[str, Any] | Reference = ...,
        description: str = "",
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
    ) -> RegisterStep:
        """Registers a model once: one with the same content is found again and gets the alias and tags, but no new
        version."""
    def python(
        self,
        id: str | None = None,
        *,
        inputs: End | Sequence[End] | None = None,
        code: str | Callable[..., Any] = ...,
        file: str | PathLike[str] | None = None,
        arguments: Mapping[str, Any] | Reference = ...,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: End | Iterable[End] = (),
        **inputs_and_arguments: Any,
    ) -> PythonStep:
        """Runs a function of your own in a process of its own."""
