"""What git knows about a folder: which files belong to it, and which commit it is at.

The folder may come from a stranger, so nothing its repository configures is run: no hook, no file system monitor, no
clean filter, no submodule, no remote from which a partial clone fetches what it lacks. Git's own refusal of a
repository that another user owns stays.
"""

import os
import subprocess
from pathlib import Path

TIMEOUT_S = 20.0
"""For one call: listing 10,000 files takes git well under a second."""
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")
_SEALED = {
    "GIT_ALLOW_PROTOCOL": "",  # none: not even a local path, whose `uploadpack` is a command of the repository's choice
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_FOREIGN_SCOPES = ("local", "worktree")


def git_files(folder: Path) -> list[str] | None:
    """Paths relative to `folder` of tracked files and of those that are neither tracked nor ignored; a submodule or a
    repository inside is one path. None: no git work tree that git would read, or no git."""
    answer = _git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    if answer is None:
        return None
    return [os.fsdecode(name).rstrip("/") for name in answer.split(b"\0") if name]


def git_revision(folder: Path) -> str | None:
    """The commit, 40 hexadecimal digits, with `-dirty` behind it if files below `folder` differ from it or nobody can
    tell. None: no git work tree, or no commit yet."""
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if commit is None:
        return None
    return commit.decode("ascii").strip() + ("" if _is_clean(folder) else "-dirty")


def _is_clean(folder: Path) -> bool:
    """Comparing a file runs the clean filters that the repository itself configures, so that they are switched off."""
    wanted = r"^filter\..*\.(clean|process|required)$"
    names = _git(folder, "config", "--show-scope", "--name-only", "-z", "--get-regexp", wanted)
    fields = os.fsdecode(names).split("\0") if names else []
    own = [name for scope, name in zip(fields[0::2], fields[1::2], strict=False) if scope in _FOREIGN_SCOPES]
    if any("=" in name for name in own):
        return False  # cannot be switched off on the command line
    off = [word for name in own for word in ("-c", f"{name}={'false' if name.endswith('.required') else ''}")]
    changes = _git(folder, *off, "status", "--porcelain", "-z", "--ignore-submodules=all", "--", ".")
    return changes == b""


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints; None if it fails, or is not there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= _SEALED
    try:
        answer = subprocess.run(
            ["git", *_SAFE, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return answer.stdout if answer.returncode == 0 else None
