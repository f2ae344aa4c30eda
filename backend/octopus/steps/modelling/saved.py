"""Models on disk: an estimator to an MLflow Model folder and back.

What octopus knows of a model stands in the folder's `MLmodel` under `metadata: octopus:` (see About). The folder also
says which MLflow run made it, so that a model that travelled by reference can still be registered under its run.
"""

import hashlib
import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

MLMODEL = "MLmodel"
METADATA_KEY = "octopus"


@dataclass(frozen=True, slots=True)
class About:
    """`features`: columns the model takes, in order. `transformer`: digest of the transformer inside the model, and
    `inner_features` what that hands to the estimator. `transformed_by`: digest of the transformer that the model's rows
    must have gone through before, None if it takes raw rows. `target` None: a transformer, or an unknown model.
    `digest`: of the fitted parameters, the same for the same model however often it is trained. `trained_with`: what
    the train step's port `params` says, as JSON text, which YAML reads many times faster than the same as YAML."""

    features: tuple[str, ...] = ()
    inner_features: tuple[str, ...] = ()
    transformer: str | None = None
    transformed_by: str | None = None
    target: str | None = None
    task: str | None = None
    positive_class: str | None = None
    ignored: tuple[str, ...] = ()
    algorithm: str | None = None
    digest: str | None = None
    trained_with: str | None = None


@dataclass(frozen=True, slots=True)
class NewModel:
    """A fitted estimator to be saved. `takes`: some rows it takes, or their schema as MLflow's JSON, None if unknown;
    `answers`: what it answers. `served`: what is saved in its place, if the served model answers in another form."""

    estimator: Any
    about: About
    takes: Any
    answers: Any
    served: Any = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedModel:
    """An MLflow Model folder, loaded when somebody asks for it."""

    path: Path
    document: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        file = self.path / MLMODEL
        if not file.is_file():
            raise ValueError(f"{self.path.name} is not an MLflow Model: it has no {MLMODEL} file")
        object.__setattr__(self, "document", yaml.safe_load(file.read_text(encoding="utf-8")))

    @property
    def run_id(self) -> str | None:
        """The MLflow run that made it, None if unknown."""
        return self.document.get("run_id")

    @property
    def artifact_path(self) -> str:
        """Where it lies under that run's artifacts."""
        return str(self.document.get("artifact_path") or "model")

    @property
    def about(self) -> About:
        known = (self.document.get("metadata") or {}).get(METADATA_KEY) or {}
        values: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in known.items()}
        return About(**values)

    @property
    def input_schema(self) -> str | None:
        """Columns and types it takes, as MLflow's schema JSON; None if unknown."""
        return (self.document.get("signature") or {}).get("inputs")

    def digest(self) -> str:
        """Of the fitted parameters; for a model not made here of its files."""
        return self.about.digest or _digest_of_files(self.path)

    def load(self) -> Any:
        """The fitted scikit-learn estimator. Raises ValueError for a model of another kind."""
        if "sklearn" not in self.document.get("flavors", {}):
            raise ValueError(f"the model is not a scikit-learn model but {', '.join(self.document.get('flavors', {}))}")
        quiet_mlflow()
        import mlflow.sklearn

        loaded = mlflow.sklearn.load_model(str(self.path))
        return getattr(loaded, "inner", loaded) if type(loaded).__name__ == "ScoringModel" else loaded


def save_model(new: NewModel, folder: Path) -> Path:
    """Writes the MLflow Model folder."""
    quiet_mlflow()
    import cloudpickle  # type: ignore[import-untyped]
    import mlflow.sklearn
    from mlflow.models import Model

    from octopus.steps.modelling import portable

    cloudpickle.register_pickle_by_value(portable)
    record = Model(
        artifact_path=f"out/{folder.name}",
        run_id=os.environ.get("MLFLOW_RUN_ID"),
        metadata={METADATA_KEY: _plain(asdict(new.about))},
    )
    mlflow.sklearn.save_model(
        new.served if new.served is not None else new.estimator,
        str(folder),
        mlflow_model=record,
        serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
        signature=_signature(new),
        pip_requirements=[*_pinned("mlflow", "scikit-learn", "pandas", "numpy", "cloudpickle"), *new.requirements],
    )
    return folder


def as_new_model(estimator: Any) -> NewModel:
    """An estimator that somebody else fitted. Raises ValueError if it is not fitted."""
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise ValueError(f"the {type(estimator).__name__} is not fitted: call its fit first") from None
    features = tuple(map(str, getattr(estimator, "feature_names_in_", ())))
    return NewModel(estimator, About(features=features, digest=content_digest(estimator)), None, None)


def _signature(new: NewModel) -> Any:
    if new.takes is None:
        return None
    from mlflow.models import infer_signature
    from mlflow.types import Schema

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*integer column.*")
        if not isinstance(new.takes, str):
            return infer_signature(new.takes, new.answers)
        signature = infer_signature(None, new.answers)
    signature.inputs = Schema.from_json(new.takes)
    return signature


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _pinned(*packages: str) -> list[str]:
    from importlib.metadata import version

    return [f"{package}=={version(package)}" for package in packages]


def quiet_mlflow() -> None:
    """MLflow warns that pickled models can run code when loaded; here every model is, in the step's own process."""
    logging.getLogger("mlflow.sklearn").setLevel(logging.ERROR)


def content_digest(estimator: Any) -> str:
    """The same for the same fitted parameters, in any process; of the pickle for estimators of the user's own."""
    import cloudpickle
    import joblib

    try:
        return str(joblib.hash(estimator))
    except Exception as fault:
        if type(fault).__name__ not in ("PicklingError", "AttributeError", "TypeError"):
            raise
        return hashlib.sha256(cloudpickle.dumps(estimator)).hexdigest()[:32]


def _digest_of_files(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != MLMODEL):
        whole.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:32]
