"""The disk watermark: a nearly full disk takes no new runs, and a very full one makes steps that run print no more."""

from collections.abc import Callable

from octopus.domain.errors import DiskNearlyFull

NO_NEW_RUNS_BYTES = 1024**3
"""Less than this and a run's artifacts and logs could fill the disk under the database."""
NO_MORE_LOGS_BYTES = 256 * 1024**2
LOOK_EVERY_S = 2.0


class Disk:
    """`free_bytes`: of the file system that holds the data directory. `needed_bytes`: with less, no run is taken."""

    def __init__(self, free_bytes: Callable[[], int], needed_bytes: int = NO_NEW_RUNS_BYTES) -> None:
        self._free_bytes = free_bytes
        self._needed_bytes = needed_bytes

    def check_room(self) -> None:
        """Raises DiskNearlyFull."""
        free = self._free_bytes()
        if free < self._needed_bytes:
            raise DiskNearlyFull(
                f"Only {free // 2**20} MiB are free where octopus keeps its data; a run needs "
                f"{self._needed_bytes // 2**20} MiB. Delete old runs or make room, then start it again."
            )

    @property
    def is_very_full(self) -> bool:
        return self._free_bytes() < NO_MORE_LOGS_BYTES
