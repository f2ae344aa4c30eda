"""What a step sees of the world."""

from pathlib import Path

from octopus.execution.environment import StepSurroundings, step_environment
from tests.support.engine_room import settings_for

FOLDER = Path("/data")


def environment(server_env: dict[str, str], **changes: object) -> dict[str, str]:
    surroundings = StepSurroundings(
        run_id="r1",
        step_id="train",
        iteration=2,
        attempt=3,
        outputs=Path("/a/out"),
        events=Path("/a/events"),
        unconnected=("validation", "params"),
        threads=2,
    )
    return step_environment(settings_for(FOLDER, server_env=server_env, **changes), surroundings)


def test_a_step_is_told_who_it_is_and_where_its_outputs_go() -> None:
    env = environment({})
    assert {name: value for name, value in env.items() if name.startswith("OCTOPUS_")} == {
        "OCTOPUS_RUN_ID": "r1",
        "OCTOPUS_STEP_ID": "train",
        "OCTOPUS_ITERATION": "2",
        "OCTOPUS_ATTEMPT": "3",
        "OCTOPUS_OUTPUTS": "/a/out",
        "OCTOPUS_EVENTS": "/a/events",
        "OCTOPUS_UNCONNECTED": "validation,params",
        "OCTOPUS_DATASETS_DIR": "/data/datasets",
    }
    assert env["MLFLOW_TRACKING_URI"] == "sqlite:////data/mlflow.db"


def test_the_servers_own_settings_and_secrets_stay_with_the_server() -> None:
    env = environment(
        {
            "OCTOPUS_TOKEN": "secret",
            "OCTOPUS_DATABASE_URL": "postgresql://user:secret@db",
            "OCTOPUS_SECRET_KEY": "secret",
            "MLFLOW_RUN_ID": "another",
            "HOME": "/home/u",
            "LANG": "C.UTF-8",
        }
    )
    assert "secret" not in " ".join(env.values())
    assert "MLFLOW_RUN_ID" not in env
    assert (env["HOME"], env["LANG"]) == ("/home/u", "C.UTF-8")


def test_the_environments_programs_come_first() -> None:
    assert environment({"PATH": "/usr/bin:/bin"}, bin_dir=Path("/venv/bin"))["PATH"] == "/venv/bin:/usr/bin:/bin"


def test_a_step_gets_its_share_of_the_cores_unless_the_servers_environment_says_otherwise() -> None:
    env = environment({"OMP_NUM_THREADS": "7"})
    assert (env["OMP_NUM_THREADS"], env["OPENBLAS_NUM_THREADS"], env["MKL_NUM_THREADS"]) == ("7", "2", "2")


def test_what_is_printed_is_there_at_once_and_mlflow_is_quiet() -> None:
    env = environment({"MLFLOW_LOGGING_LEVEL": "DEBUG"})
    assert (env["PYTHONUNBUFFERED"], env["MLFLOW_LOGGING_LEVEL"], env["MLFLOW_DISABLE_TELEMETRY"]) == (
        "1",
        "ERROR",
        "true",
    )
