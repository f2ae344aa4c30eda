"""Writes the lock files from pyproject.toml: every version pinned, every wheel's hash, no registry named.

The environment's own indexes are left out: a local copy of a package would leave its other wheels without a hash.
"""

import os
import subprocess
import sys
from pathlib import Path

from scripts.paths import BIN, ROOT

OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--quiet",
)
BOOTSTRAP = "scripts/bootstrap"
LOCKS = {
    "requirements.lock": ("pyproject.toml", "--extra=postgresql", "--group=pyproject.toml:build"),
    "requirements-dev.lock": (
        "pyproject.toml",
        "--extra=postgresql",
        *(f"--group=pyproject.toml:{group}" for group in ("build", "test", "quality")),
        "--constraint=requirements.lock",
    ),
    f"{BOOTSTRAP}/uv.txt": ("--group=pyproject.toml:installer",),
    f"{BOOTSTRAP}/node.txt": ("--group=pyproject.toml:node",),
}


def main(options: list[str]) -> int:
    """`options` go to uv: `--upgrade` takes every package to its newest version, without it the locked ones stay."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    for lock, sources in LOCKS.items():
        argv = [str(BIN / "uv"), "--no-config", "pip", "compile", *OPTIONS, *sources, *options, f"--output-file={lock}"]
        print(f"{lock} ...", file=sys.stderr, flush=True)
        if subprocess.run(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            return 1
        if not Path(ROOT, lock).read_text().strip():
            print(f"octopus: {lock} came out empty", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
