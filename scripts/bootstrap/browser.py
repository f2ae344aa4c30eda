"""Sees to it that the tests find a real browser: installs Debian's as root, else stops with what to type."""

import os
import shutil
import sys
from pathlib import Path

from scripts.bootstrap.command import Stop, install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure_browser() -> None:
    if find() is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Stop(f"the tests drive a real browser and none was found: run `{command()}`, then make test again")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install(["apt-get", "update", "-q"], "Debian's list of packages", quiet)
    install(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], "Chromium", quiet)


def find() -> str | None:
    """A Chromium of this machine, or one that Playwright has downloaded."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if on_path:
        return on_path
    return next(
        (
            str(path)
            for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app")
            for path in _downloads().glob(pattern)
        ),
        None,
    )


def command() -> str:
    """What to type on this machine to get one."""
    for program, words in (("apt-get", "sudo apt-get install chromium"), ("dnf", "sudo dnf install chromium")):
        if shutil.which(program):
            return words
    return (
        ".venv/bin/playwright install chromium"
        if Path(sys.prefix, "bin", "playwright").exists()
        else ("make tools && .venv/bin/playwright install chromium")
    )


def _downloads() -> Path:
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if given:
        return Path(given)
    home = Path.home()
    return home / "Library/Caches/ms-playwright" if sys.platform == "darwin" else home / ".cache/ms-playwright"
