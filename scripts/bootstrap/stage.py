"""One thing to install or build, done again only when what it is made from has changed.

A stage is current when its stamp holds the digest of its inputs and its outputs are still there. Times of files play no
part: a fresh clone, a checkout of another branch and a touched file all get what their content asks for.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.paths import ROOT

STAMPS = ROOT / ".make"


@dataclass(frozen=True)
class Stage:
    name: str
    title: str
    inputs: Sequence[Path]
    """Files, and folders with all that is in them."""
    outputs: Sequence[Path]
    action: Callable[[], None]
    also: str = ""
    """What the outputs depend on beside files: a version, a path."""

    @property
    def stamp(self) -> Path:
        return STAMPS / self.name

    def is_current(self) -> bool:
        if not all(output.exists() for output in self.outputs):
            return False
        return self.stamp.is_file() and self.stamp.read_text() == self.digest()

    def digest(self) -> str:
        """sha256 over the inputs' names and content and `also`."""
        total = hashlib.sha256(self.also.encode())
        for path in _files(self.inputs):
            total.update(f"\0{path.relative_to(ROOT).as_posix()}\0".encode())
            total.update(path.read_bytes())
        return total.hexdigest()

    def bring_up(self) -> None:
        """Runs the action; the stamp is written last, so that an interrupted stage is done again."""
        self.stamp.unlink(missing_ok=True)
        digest = self.digest()
        self.action()
        STAMPS.mkdir(exist_ok=True)
        self.stamp.write_text(digest)


def ensure(stages: Sequence[Callable[[], Stage | None]]) -> None:
    """Brings up, in their order, those stages that are not current, and says so.

    A stage is made only when its turn comes: what is looked for (a Node.js, say) may be put there by the one before.
    """
    for number, make in enumerate(stages, start=1):
        stage = make()
        if stage is None or stage.is_current():
            continue
        _say(f"[{number}/{len(stages)}] {stage.title} ...")
        began = time.monotonic()
        stage.bring_up()
        _say(f"[{number}/{len(stages)}] {stage.title}: done in {time.monotonic() - began:.1f} s")


def _files(inputs: Sequence[Path]) -> Iterator[Path]:
    for path in inputs:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        elif path.is_file():
            yield path


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
