"""What the fork server imports, so that no step has to. Only imported: what computes starts threads, and a process with
threads cannot be forked."""

import gc
import importlib
import os
import pkgutil
from collections.abc import Sequence

from octopus.warm import threads

_MODULES = (
    "git",
    "mlflow",
    "mlflow.cli",
    "mlflow.projects",
    "mlflow.projects.backend.local",
    "mlflow.models",
    "mlflow.pyfunc",
    "mlflow.sklearn",
    "mlflow.store.tracking.sqlalchemy_store",
    "mlflow.store.artifact.local_artifact_repo",
    "pandas",
    "pyarrow",
    "pyarrow.parquet",
    "pyarrow.csv",
    "sklearn",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "multiprocessing.resource_tracker",
    "octopus.warm.plugin",
)
_POOL_CLASS = "MLFLOW_SQLALCHEMYSTORE_POOLCLASS"


class NotPreloaded(Exception):
    """Its text says why."""


def preload(more: Sequence[str], tracking_uri: str | None) -> None:
    """Import everything, `more` included, and open the tracking store once if it is a local file, so that what is made
    at its first use is there. Raises NotPreloaded if this process cannot be forked afterwards."""
    for module in (*_MODULES, *more):
        _import(module)
    threads.find_libraries()
    if tracking_uri is not None and tracking_uri.startswith("sqlite:"):
        _open_store(tracking_uri)
    gc.collect()
    gc.freeze()
    gc.disable()
    if (count := threads.count()) != 1:
        raise NotPreloaded(f"the imports have started {count - 1} threads")


def _import(name: str) -> None:
    """`package.*`: all modules of a package."""
    package = importlib.import_module(name.removesuffix(".*"))
    if name.endswith(".*"):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _open_store(tracking_uri: str) -> None:
    """Its connections are closed at once, because none may be shared with a fork."""
    from mlflow import MlflowClient
    from mlflow.tracking._tracking_service.utils import _get_store

    before = os.environ.get(_POOL_CLASS)
    os.environ[_POOL_CLASS] = "NullPool"
    try:
        MlflowClient(tracking_uri).search_experiments(max_results=1)
        engine = getattr(_get_store(tracking_uri), "engine", None)
        if engine is not None:
            engine.dispose()
    finally:
        del os.environ[_POOL_CLASS]
        if before is not None:
            os.environ[_POOL_CLASS] = before
