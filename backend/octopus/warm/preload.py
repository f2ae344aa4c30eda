"""What the fork server imports, so that no step has to. Only imported: what computes starts threads, and a process with
threads cannot be forked."""

import gc
import importlib
import pkgutil
from collections.abc import Callable, Sequence
from contextlib import suppress

from octopus.warm import memory, threads

_TRACKING = (
    "mlflow",
    "pandas",
    "pyarrow.parquet",
    "mlflow.store.tracking.sqlalchemy_store",
    "octopus.tracking.worker.main",
    "octopus.tracking.worker.methods",
)
_MODULES = (
    "git",
    "mlflow.cli",
    "mlflow.projects",
    "mlflow.projects.backend.local",
    "mlflow.models",
    "mlflow.pyfunc",
    "mlflow.sklearn",
    "mlflow.store.artifact.local_artifact_repo",
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
_AT_FIRST_USE = (
    "altair",
    "multiprocessing.dummy",
    "narwhals._pandas_like.namespace",
    "narwhals._pandas_like.selectors",
    "narwhals.stable.v2._namespace",
    "pandas.core.arrays.arrow.extension_types",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.substrait",
    "sklearn.datasets",
    "sklearn.inspection",
    "sklearn.utils._pprint",
)
"""What the libraries import themselves when they are first used; another version may not have it."""
KNOWS_TRACKING = "knows_tracking"
IMPORTING = "importing"


class NotPreloaded(Exception):
    """Its text says why."""


def preload(more: Sequence[str], tracking_uri: str | None, rest: Callable[[str], None]) -> None:
    """Import everything, `more` included, and open the tracking store once if it is a local file, so that what is made
    at its first use is there. `rest` is called after each stage and import, and may fork. Raises NotPreloaded if this
    process cannot be forked afterwards."""
    for module in _TRACKING:
        importlib.import_module(module)
    if tracking_uri is not None and tracking_uri.startswith("sqlite:"):
        importlib.import_module("octopus.warm.store").open_store(tracking_uri)
    rest(KNOWS_TRACKING)
    for module in (*_MODULES, *more):
        _import(module)
        rest(IMPORTING)
    for module in _AT_FIRST_USE:
        with suppress(ImportError):
            importlib.import_module(module)
        rest(IMPORTING)
    _register_backend()
    threads.find_libraries()
    gc.collect()
    gc.freeze()
    gc.disable()
    memory.join_pages()
    if (count := threads.count()) != 1:
        raise NotPreloaded(f"the imports have started {count - 1} threads")


def _import(name: str) -> None:
    """`package.*`: all modules of a package."""
    package = importlib.import_module(name.removesuffix(".*"))
    if name.endswith(".*"):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _register_backend() -> None:
    """MLflow would look through every installed package for it in each run."""
    from mlflow.projects.backend import loader

    plugin = importlib.import_module("octopus.warm.plugin")
    loader.MLFLOW_BACKENDS["octopus-warm"] = plugin.WarmProjectBackend
