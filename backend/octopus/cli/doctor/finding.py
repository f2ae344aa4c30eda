"""What a check says, and what it looks at."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Verdict(StrEnum):
    """`warning`: octopus works, but not as well as it could. `broken`: it does not."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend`: what to do about it, in a sentence; empty if nothing needs doing."""

    verdict: Verdict
    detail: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """`bin_dir`: of the environment octopus runs in. `package`: its folder there. `tracking_uri` None: in the data
    directory. `port`: where a server would listen."""

    data_dir: Path
    database: Path
    tracking_uri: str | None
    port: int
    bin_dir: Path
    package: Path
    distribution: str = "octopus-mlflow"


def fine(detail: str) -> Finding:
    return Finding(Verdict.OK, detail)


def warning(detail: str, mend: str) -> Finding:
    return Finding(Verdict.WARNING, detail, mend)


def broken(detail: str, mend: str) -> Finding:
    return Finding(Verdict.BROKEN, detail, mend)
