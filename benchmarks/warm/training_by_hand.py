"""The training pipeline as one plain Python script, written as a person would who has MLflow and scikit-learn and no
octopus: the same data, model, measurements and artifacts, each stage in an MLflow run of its own below one parent."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import mlflow.sklearn
import pandas as pd
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score, learning_curve, train_test_split

TARGET, POSITIVE, SEED, THRESHOLD = "target", "malignant", 42, 0.8
REQUIREMENTS = [f"{name}=={version(name)}" for name in ("mlflow", "scikit-learn", "pandas", "numpy", "cloudpickle")]


@contextmanager
def stage(name: str, params: Mapping[str, Any]) -> Iterator[None]:
    with mlflow.start_run(run_name=name, nested=True):
        mlflow.log_params(dict(params))
        yield


def load() -> pd.DataFrame:
    with stage("load", {"bundled": "breast_cancer"}):
        bunch = load_breast_cancer(as_frame=True)
        table = bunch.frame.assign(**{TARGET: bunch.target_names[bunch.target]})
        keep(table, "data")
    return table


def preprocess(table: pd.DataFrame) -> pd.DataFrame:
    with stage("preprocess", {"missing": "median", "duplicates": "drop"}):
        clean = table.fillna(table.median(numeric_only=True)).drop_duplicates().reset_index(drop=True)
        keep(clean, "data")
    return clean


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with stage("split", {"ratios": [0.7, 0.15, 0.15], "target": TARGET}):
        train, rest = train_test_split(table, test_size=0.3, stratify=table[TARGET], random_state=SEED)
        validation, test = train_test_split(rest, test_size=0.5, stratify=rest[TARGET], random_state=SEED)
        for name, part in (("train", train), ("validation", validation), ("test", test)):
            keep(part, name)
    return train, validation, test


def train_model(train: pd.DataFrame) -> Any:
    with stage("train", {"algorithm": "forest", "max_depth": 1, "seed": SEED}):
        model = RandomForestClassifier(max_depth=1, random_state=SEED)
        model.fit(train.drop(columns=TARGET), train[TARGET])
        measure(model, train)
        keep_model(model, train)
    return model


def validate(model: Any, validation: pd.DataFrame) -> None:
    with stage("validate", {"method": "kfold", "folds": 5}):
        values, answers = validation.drop(columns=TARGET), validation[TARGET] == POSITIVE
        scores = cross_val_score(RandomForestClassifier(**model.get_params()), values, answers, cv=5, scoring="recall")
        mlflow.log_metrics({"recall": scores.mean(), "recall_std": scores.std()})
        first_fold = [next(StratifiedKFold(5).split(values, answers))]
        sizes, seen, held_out = learning_curve(
            model, values, answers, train_sizes=[0.2, 0.4, 0.6, 0.8, 1.0], cv=first_fold, scoring="recall", shuffle=True
        )[:3]
        course = {"rows": sizes.tolist(), "seen": seen.tolist(), "held_out": held_out.tolist()}
        mlflow.log_dict({"folds": scores.tolist(), "learning_curve": course}, "report.json")


def evaluate(model: Any, test: pd.DataFrame) -> bool:
    with stage("evaluate", {"threshold": THRESHOLD}):
        recall = measure(model, test)
        found = permutation_importance(model, test.drop(columns=TARGET), test[TARGET], n_repeats=3, random_state=SEED)
        report = {"recall": recall, "passed": recall >= THRESHOLD, "importance": found.importances_mean.tolist()}
        mlflow.log_dict(report, "report.json")
    return recall >= THRESHOLD


def deploy(model: Any, train: pd.DataFrame) -> None:
    with stage("deploy", {"name": "tumour-finder-by-hand", "alias": "champion"}):
        keep_model(model, train, registered_model_name="tumour-finder-by-hand")
        client = mlflow.MlflowClient()
        newest = max(int(one.version) for one in client.search_model_versions("name='tumour-finder-by-hand'"))
        client.set_registered_model_alias("tumour-finder-by-hand", "champion", str(newest))


def measure(model: Any, table: pd.DataFrame) -> float:
    values, truth = table.drop(columns=TARGET), table[TARGET] == POSITIVE
    said = model.predict(values) == POSITIVE
    score = model.predict_proba(values)[:, list(model.classes_).index(POSITIVE)]
    recall = float(recall_score(truth, said))
    mlflow.log_metrics(
        {
            "accuracy": float(accuracy_score(truth, said)),
            "precision": float(precision_score(truth, said)),
            "recall": recall,
            "f1": float(f1_score(truth, said)),
            "roc_auc": float(roc_auc_score(truth, score)),
        }
    )
    return recall


def keep(table: pd.DataFrame, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.parquet"
        table.to_parquet(path)
        mlflow.log_artifact(str(path))
    mlflow.log_metrics({f"{name}_rows": len(table), f"{name}_columns": table.shape[1]})


def keep_model(model: Any, train: pd.DataFrame, **options: Any) -> None:
    values = train.drop(columns=TARGET)
    mlflow.sklearn.log_model(
        model,
        name="model",
        signature=infer_signature(values, model.predict(values)),
        serialization_format="cloudpickle",
        pip_requirements=REQUIREMENTS,
        **options,
    )


def main() -> None:
    mlflow.set_experiment("training by hand")
    with mlflow.start_run(run_name="training"):
        train, validation, test = split(preprocess(load()))
        model = train_model(train)
        validate(model, validation)
        if not evaluate(model, test):
            sys.exit("the model finds too few of the malignant tumours")
        deploy(model, train)


if __name__ == "__main__":
    main()
