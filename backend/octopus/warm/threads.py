"""The thread budget of a step. The variables that say it are read when numpy and its like are imported, which was long
ago: what they say now is passed on to the libraries themselves."""

import os
from typing import Any

_VARIABLES = {"blas": ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "openmp": ("OMP_NUM_THREADS",)}
IN_FORK_SERVER = {name: "1" for names in _VARIABLES.values() for name in names}
"""A library that starts threads when it is imported must not do so where processes are forked."""

_controller: Any = None


def find_libraries() -> None:
    """To be called once everything is imported: it takes a while."""
    global _controller
    from threadpoolctl import ThreadpoolController

    _controller = ThreadpoolController()


def obey_variables() -> None:
    """Of this process's environment."""
    if _controller is None:
        return
    limits = {api: number for api, names in _VARIABLES.items() if (number := _first_number(names)) is not None}
    if limits:
        _controller.limit(limits=limits)


def _first_number(names: tuple[str, ...]) -> int | None:
    said = next((os.environ[name] for name in names if os.environ.get(name, "").isdigit()), None)
    return int(said) if said else None


def count() -> int:
    """Of this process, as the kernel sees them."""
    return len(os.listdir("/proc/self/task"))
