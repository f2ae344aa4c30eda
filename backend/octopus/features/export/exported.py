"""What an export is asked for and what it answers."""

import re
from dataclasses import dataclass, field
from typing import Literal

from octopus.domain.errors import InvalidRequest
from octopus.domain.problem import Problem

Target = Literal["python", "bash", "airflow", "kfp"]

DEFAULT_IMAGE = "octopus-steps:latest"
"""Only a name: whoever runs it in Kubeflow builds an image of their own."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`vendored`: the projects' files lie in `projects/` beside the export. `image`: of Kubeflow's containers.
    `datasets_dir`: where uploaded data sets lie on this machine, None: nowhere."""

    vendored: bool = False
    image: str = DEFAULT_IMAGE
    datasets_dir: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """One text file. `filename`: letters, digits, `_` and one dot. `others`: files that belong beside it in an archive,
    by name."""

    filename: str
    text: str
    is_executable: bool = False
    others: dict[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        return self.filename.partition(".")[0]


def file_stem(name: str) -> str:
    """A pipeline's name as the stem of a file name and as an identifier: letters, digits and `_`."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]
    return plain if plain[:1].isalpha() else f"pipeline_{plain}".rstrip("_")


def refused(message: str, *, step_id: str | None = None, pointer: str = "") -> InvalidRequest:
    """What cannot be expressed, as one sentence."""
    refusal = InvalidRequest(message, code="cannot_be_exported")
    refusal.problems = (Problem(code=refusal.code, message=message, step_id=step_id, pointer=pointer),)
    return refusal
