"""Forgetting a run: its record, its events and the directories of its attempts. MLflow keeps what it has."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Protocol

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RunForgetter(Protocol):
    async def delete_run(self, run_id: str) -> None: ...


class RunRemoval:
    def __init__(self, store: RunForgetter, attempts_dir: Path) -> None:
        self._store = store
        self._attempts_dir = attempts_dir

    async def remove(self, run_id: str) -> None:
        """Raises NotFound, and Conflict while the run is not over."""
        await self._store.delete_run(run_id)
        if _RUN_ID.fullmatch(run_id):
            await asyncio.to_thread(shutil.rmtree, self._attempts_dir / run_id, ignore_errors=True)
