"""The thread budget of a step. The variables that say it are read when numpy and its like are imported, which was long
ago: what they say now is passed on to the libraries themselves. No library has a thread before the step uses it: one
that has just been started spins for a while, whether there is work or not."""

import os
from typing import Any

_VARIABLES = {
    "openblas": ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"),
    "mkl": ("MKL_NUM_THREADS", "OMP_NUM_THREADS"),
    "blis": ("BLIS_NUM_THREADS", "OMP_NUM_THREADS"),
    "openmp": ("OMP_NUM_THREADS",),
}
_libraries: list[Any] = []


def find_libraries() -> None:
    """To be called once everything is imported: it takes a while. Every library may use all processors then, as it
    may where nobody says anything."""
    from threadpoolctl import ThreadpoolController

    _libraries[:] = ThreadpoolController().lib_controllers
    for library in _libraries:
        _limit(library, len(os.sched_getaffinity(0)))


def obey_variables() -> None:
    """Of this process's environment."""
    for library in _libraries:
        number = _first_number(_VARIABLES.get(library.internal_api, ()))
        if number is not None:
            _limit(library, number)


def count() -> int:
    """Of this process, as the kernel sees them."""
    return len(os.listdir("/proc/self/task"))


def _limit(library: Any, number: int) -> None:
    if library.num_threads == number:
        return
    library.set_num_threads(number)
    end_threads = getattr(library.dynlib, "blas_thread_shutdown_", None)
    if end_threads is not None:
        end_threads()  # what OpenBLAS itself does before a fork; they come back when there is work


def _first_number(names: tuple[str, ...]) -> int | None:
    said = next((os.environ[name] for name in names if os.environ.get(name, "").isdigit()), None)
    return int(said) or None if said else None
