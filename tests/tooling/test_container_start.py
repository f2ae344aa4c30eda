"""The very command of the container, started here without docker, with the variables that the image sets."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.paths import ROOT
from tests.support.server import TOKEN, free_port

START_LIMIT_S = 60.0
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def command() -> list[str]:
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found
    words: list[str] = json.loads(found[1])
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]


def image_environment() -> dict[str, str]:
    """OCTOPUS_* as the image sets them."""
    lines = re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)
    pairs = [pair.split("=", 1) for line in lines for pair in shlex.split(line)]
    return {name: value for name, value in pairs if name.startswith("OCTOPUS_")}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The image's variables; only the folder and the port are others, given as a person would give them."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("OCTOPUS_", "MLFLOW_"))}
    there = {
        "OCTOPUS_DATA_DIR": str(tmp_path / "data"),
        "OCTOPUS_PORT": str(free_port()),
        "HOME": str(tmp_path / "home"),
    }
    return {**own, **image_environment(), **there}


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    output = tmp_path / "output.txt"
    with output.open("wb") as stream:
        env = {**environment, "OCTOPUS_TOKEN": TOKEN}
        process = subprocess.Popen(command(), env=env, cwd="/", stdout=stream, stderr=stream)
    try:
        yield _until_healthy(f"http://127.0.0.1:{environment['OCTOPUS_PORT']}", process, output)
    finally:
        process.terminate()
        process.wait(10)


def _until_healthy(url: str, process: subprocess.Popen[bytes], output: Path) -> str:
    deadline = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/api/health", timeout=5).status_code == 200:
                return url
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"it did not come up:\n{output.read_text()}")


def test_the_containers_command_answers_and_keeps_its_data_where_the_volume_is(
    server: str, environment: dict[str, str]
) -> None:
    assert httpx.get(f"{server}/api/health").json()["version"]
    assert list(Path(environment["OCTOPUS_DATA_DIR"]).iterdir())


def test_the_containers_command_lets_nobody_in_without_the_token(server: str) -> None:
    assert httpx.get(f"{server}/api/step-types").status_code == 401
    with_token = httpx.get(f"{server}/api/step-types", headers={"Authorization": f"Bearer {TOKEN}"})
    assert with_token.status_code == 200


def test_the_containers_command_does_not_start_without_a_token(environment: dict[str, str]) -> None:
    answer = subprocess.run(command(), env=environment, cwd="/", capture_output=True, text=True, timeout=60)
    assert answer.returncode == 2
    assert "OCTOPUS_TOKEN" in answer.stderr
    assert "Traceback" not in answer.stderr
