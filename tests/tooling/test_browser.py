"""The real browser of the tests: found, installed by root, or a sentence that says what to type."""

import os
import shutil
from pathlib import Path

import pytest

from scripts.bootstrap import browser
from scripts.bootstrap.command import Stop


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Programs on a played machine without any browser; what would be installed is recorded, not done."""
    programs: list[str] = []
    monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    return programs


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    ran: list[list[str]] = []
    monkeypatch.setattr(browser, "install", lambda argv, *_: ran.append(argv))
    return ran


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_a_browser_of_the_machine_is_used(installed: list[str], commands: list[list[str]], name: str) -> None:
    installed.append(name)
    browser.ensure_browser()
    assert commands == []


def test_playwrights_own_download_is_used(installed: list[str], commands: list[list[str]], tmp_path: Path) -> None:
    executable = tmp_path / "chromium-1200" / "chrome-linux" / "chrome"
    executable.parent.mkdir(parents=True)
    executable.touch()
    browser.ensure_browser()
    assert commands == []


def test_root_installs_debians_chromium(
    installed: list[str], commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.append("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    browser.ensure_browser()
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1] == "chromium"


def test_an_ordinary_user_is_told_the_command(
    installed: list[str], commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.append("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Stop, match="run `sudo apt-get install chromium`, then make test again"):
        browser.ensure_browser()
    assert commands == []
