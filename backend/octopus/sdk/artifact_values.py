"""A port's file or folder -> what a Python program wants of it. Each library is imported when it is needed."""

import json
import warnings
from pathlib import Path
from typing import Any

MLMODEL = "MLmodel"
_TABLES = {
    ".parquet": "read_parquet",
    ".pq": "read_parquet",
    ".arrow": "read_feather",
    ".feather": "read_feather",
    ".csv": "read_csv",
    ".tsv": "read_csv",
}


def load_value(path: Path) -> Any:
    """A table as a pandas DataFrame, an MLflow Model as the model itself (a scikit-learn one as its estimator, any
    other as MLflow's pyfunc), JSON as its value; anything else as its path."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return _load_model(path) if (path / MLMODEL).is_file() else path
    if suffix in _TABLES:
        return _load_table(path, suffix)
    if suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    return path


def is_table(path: Path) -> bool:
    """By its name: nothing is loaded to find out, since loading a model executes what it holds."""
    return path.suffix.lower() in _TABLES and not path.is_dir()


def _load_table(path: Path, suffix: str) -> Any:
    import pandas

    options = {"sep": "\t"} if suffix == ".tsv" else {}
    return getattr(pandas, _TABLES[suffix])(path, **options)


def _load_model(path: Path) -> Any:
    with warnings.catch_warnings():
        # MLflow warns about type hints of its own when it is imported.
        warnings.simplefilter("ignore")
        import mlflow.pyfunc
        import mlflow.sklearn
        from mlflow.models import Model

    if "sklearn" in Model.load(str(path)).flavors:
        return mlflow.sklearn.load_model(str(path))
    return mlflow.pyfunc.load_model(str(path))
