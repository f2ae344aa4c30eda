"""Builds the UI from frontend/ into the Python package, which serves it."""

import shutil

from scripts.bootstrap.command import environment, run
from scripts.bootstrap.stage import Stage
from scripts.paths import FRONTEND, WEB


def interface() -> Stage:
    inputs = [FRONTEND / name for name in ("src", "public", "index.html", "vite.config.ts", "package-lock.json")]
    return Stage(
        "web", "User interface", [*inputs, *sorted(FRONTEND.glob("tsconfig*.json"))], (WEB / "index.html",), _build
    )


def _build() -> None:
    npm = shutil.which("npm", path=environment()["PATH"]) or "npm"
    run([npm, "run", "build"], "building the user interface", FRONTEND)
