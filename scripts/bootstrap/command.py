"""Runs a program of the installation and turns its failure into one sentence for the person at the terminal."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.paths import BIN, ROOT

NO_RETRIES = {"PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0", "npm_config_fetch_retries": "0"}
"""For the second, quiet run of an installer that has failed: it has tried often enough."""

CAUSES = (
    (
        r"No space left on device|ENOSPC",
        "the disk is full: free some space, then run make again",
    ),
    (
        r"(?i)hash mismatch|DO NOT MATCH THE HASHES|EINTEGRITY",
        "a downloaded package is not the one that was locked (its checksum differs), and nothing of it was installed: "
        "look at what stands between this machine and the registry, then run make again",
    ),
    (
        r"command '[^']*(cc|\+\+|clang)' failed|unable to execute|No such file or directory: '[^']*(cc|\+\+)'"
        r"|No CMAKE_C(XX)?_COMPILER|Unknown compiler|[Cc]ompiler .*not found|linker `cc` not found"
        r"|no acceptable C compiler",
        "a package has to be compiled on this machine and there is no C compiler: install one "
        "(Debian: apt-get install build-essential python3-dev; macOS: xcode-select --install), then run make again",
    ),
    (
        r"dns error|error sending request|[Ff]ailed to fetch|Connection refused|Could not connect|timed out"
        r"|Network is unreachable|Temporary failure in name resolution|Failed to establish a new connection"
        r"|No matching distribution found|tunnel error|ProxyError"
        r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH",
        "the package registry cannot be reached: connect to the network (or set HTTPS_PROXY, or name your mirror in "
        "the settings of pip and npm), then run make again",
    ),
)


class Stop(Exception):
    """What is wrong and what to do about it, in one sentence."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment with the checkout's own programs first."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", **(extra or {})}


def run(argv: Sequence[str], what: str, cwd: Path = ROOT) -> None:
    """Runs a build step whose own messages say what is wrong."""
    if subprocess.run(argv, cwd=cwd, env=environment(), check=False).returncode:
        raise Stop(f"{what} failed: its messages are above")


def install(argv: Sequence[str], what: str, extra: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Runs an installer with its progress shown; if it fails, runs it once more to learn why."""
    if subprocess.run(argv, cwd=cwd, env=environment(extra), check=False).returncode == 0:
        return
    again = subprocess.run(
        argv,
        cwd=cwd,
        env=environment({**(extra or {}), **NO_RETRIES}),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if again.returncode:
        raise Stop(f"{what} could not be installed: {cause(again.stdout)}")


def cause(output: str) -> str:
    """The likely cause of an installer's failure, from what it printed."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
    return f"{last} (all of it is above)"
