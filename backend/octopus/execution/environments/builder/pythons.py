"""Which Python an environment is made from, where the manager does not look for one itself."""

import platform
import shutil
import subprocess
import sys

from octopus.execution.environments.builder.commands import CannotBuild

_ASK = "import platform; print(platform.python_version())"


def found_python(version: str, file: str | None) -> str:
    """Path of an interpreter of this version ("3.11" is any 3.11): the one that octopus runs on, or one on the PATH, or
    one that pyenv has. Raises CannotBuild."""
    if _is(version, platform.python_version()):
        return sys.executable
    named = shutil.which(f"python{'.'.join(version.split('.')[:2])}")
    if named is not None and _is(version, _asked([named, "-c", _ASK])):
        return named
    pyenv = shutil.which("pyenv")
    if pyenv is not None and (prefix := _asked([pyenv, "prefix", version])):
        return f"{prefix}/bin/python"
    raise CannotBuild(
        f"there is no Python {version} here: octopus runs on {platform.python_version()}, neither PATH nor pyenv has "
        f"it. Install it, change `python` in {file or 'what the step declares'}, or let uv fetch it"
    )


def _is(wanted: str, version: str) -> bool:
    parts = wanted.split(".")
    return version.split(".")[: len(parts)] == parts


def _asked(command: list[str]) -> str:
    """Empty if it cannot say: a shim of pyenv stands for versions that are not there, too."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
