"""Dockerfile and docker-compose.yml, without docker."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from scripts.paths import ROOT

BIN = Path(sys.executable).parent
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]


def instructions(word: str) -> list[str]:
    joined = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{word} +(.*)$", joined, re.MULTILINE)


def test_the_compose_file_is_what_the_compose_specification_asks_for() -> None:
    compose = PyCompose.from_yaml(COMPOSE)
    compose.validate()
    assert set(compose.service_names()) == {"octopus", "mlflow", "database"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("networks: [front, back]", "networks: [front, nowhere]"),
        ("interval: 10s", "interval: soon"),
        ("    restart: unless-stopped", "    restrat: unless-stopped"),
    ],
)
def test_the_parser_notices_a_mistake(right: str, wrong: str) -> None:
    assert right in COMPOSE
    with pytest.raises(Exception, match=r"\S"):
        PyCompose.from_yaml(COMPOSE.replace(right, wrong)).validate()


def test_only_octopus_is_published_and_only_on_this_machine() -> None:
    assert {name: service.get("ports") for name, service in SERVICES.items()} == {
        "octopus": ["127.0.0.1:8000:8000"],
        "mlflow": None,
        "database": None,
    }


def test_without_a_token_it_does_not_start() -> None:
    assert re.match(r"\$\{OCTOPUS_TOKEN:\?.+\}$", SERVICES["octopus"]["environment"]["OCTOPUS_TOKEN"])


def test_every_service_is_waited_for_until_it_is_healthy() -> None:
    assert all("healthcheck" in service for service in SERVICES.values())
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    assert waits["octopus"] == {"mlflow": {"condition": "service_healthy"}}
    assert waits["mlflow"] == {"database": {"condition": "service_healthy"}}


def test_what_must_last_is_in_volumes() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert used == set(yaml.safe_load(COMPOSE)["volumes"]) == {"octopus-data", "mlflow-data", "database-data"}


def test_mlflow_takes_its_database_and_the_names_it_is_called_by() -> None:
    from mlflow.utils.uri import extract_db_type_from_uri

    options = dict(
        word.split("=", 1) for word in SERVICES["mlflow"]["command"] if word.startswith("--") and "=" in word
    )
    assert extract_db_type_from_uri(options["--backend-store-uri"]) == "postgresql"
    host, port = SERVICES["octopus"]["environment"]["MLFLOW_TRACKING_URI"].removeprefix("http://").split(":")
    assert host in SERVICES
    assert options["--port"] == port
    assert f"{host}:{port}" in options["--allowed-hosts"].split(",")


def test_mlflow_knows_every_option_it_is_started_with() -> None:
    command = [
        "--workers" if word.startswith("--workers") else word.split("=")[0] for word in SERVICES["mlflow"]["command"]
    ]
    help_of = [str(BIN / "mlflow"), "server", "--help"]
    known = subprocess.run(help_of, capture_output=True, text=True, timeout=120, check=True).stdout
    assert [word for word in command if word.startswith("--") and word not in known] == []


def test_every_command_of_the_image_is_one_that_make_runs() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    ran = [shlex.split(command) for command in instructions("RUN")]
    assert ran, "the image is built by something"
    for program, *arguments in ran:
        assert program == "make"
        assert set(arguments) <= targets


def test_the_image_gets_all_that_make_build_reads() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "README.md",
        "LICENSE",
        "scripts",
        "backend",
        "frontend",
    } == kept
    assert all(Path(ROOT, name).exists() for name in kept)


def test_octopus_does_not_run_as_root_in_the_image() -> None:
    assert instructions("USER")[-1].split(":")[0] not in ("0", "root")


def test_the_image_sets_only_known_variables() -> None:
    names = {pair.split("=")[0] for line in instructions("ENV") for pair in shlex.split(line)}
    settings = {name for name in names if name.startswith("OCTOPUS_")}
    assert settings == {"OCTOPUS_DATA_DIR", "OCTOPUS_HOST", "OCTOPUS_PORT", "OCTOPUS_STOP_STEPS"}
    assert "OCTOPUS_DATA_DIR=/data/octopus" in shlex.split(" ".join(instructions("ENV")))
    assert instructions("VOLUME") == ["/data"]
