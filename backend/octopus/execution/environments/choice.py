"""Which program builds the environment that an entry point wants, on this machine."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from octopus.catalog.project_files.declared import content_of, packages_of_conda
from octopus.catalog.step_type import EntryPoint, EnvManager
from octopus.domain.errors import InvalidProject


def programs_of(server_env: Mapping[str, str], bin_dir: Path | None = None) -> str:
    """PATH as steps get it. `bin_dir` None: that of this Python."""
    first = Path(sys.executable).parent if bin_dir is None else bin_dir
    return os.pathsep.join(filter(None, (str(first), server_env.get("PATH", os.defpath))))


def chosen_manager(entry_point: EntryPoint, programs: str) -> EnvManager:
    """What the entry point asks for; else conda for packages that only conda has, else uv where it is found, else
    virtualenv."""
    environment = entry_point.environment
    if environment is None:
        return "local"
    if environment.manager is not None:
        return environment.manager
    if environment.kind == "conda_env" and environment.file and _needs_conda(entry_point, environment.file):
        return "conda"
    return "uv" if shutil.which("uv", path=programs) is not None else "virtualenv"


def _needs_conda(entry_point: EntryPoint, file: str) -> bool:
    try:
        return bool(packages_of_conda(content_of(Path(entry_point.project_dir) / file) or b""))
    except InvalidProject:
        return False
