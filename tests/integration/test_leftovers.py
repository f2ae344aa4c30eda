"""`octopus gc`: what nothing refers to is found and deleted; what anything refers to stays, whoever that is."""

import fcntl
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from octopus.cli.exit_codes import DATA_DIRECTORY, DATABASE
from octopus.domain.results import Fingerprint, StepResultRecord
from octopus.features.leftovers.leftover import Kind
from tests.support.terminal import drawing, open_house, type_in

OLD = "2020-01-01T00:00:00.000Z"
MLFLOW_RUN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two runs that have ended, and no server."""
    folder = tmp_path_factory.mktemp("lived-in")
    with open_house(folder) as house:
        for name in ("First", "Second"):
            done = house.type_in("run", drawing(folder, name, "load"))
            assert done.exit_code == 0, done.output
    return house.data_dir


@pytest.fixture
def data_dir(lived_in: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived_in, tmp_path / "data")


def gc(data_dir: Path, *words: str) -> dict[str, object]:
    done = type_in("gc", "--json", "--data-dir", str(data_dir), *words)
    assert done.exit_code == 0, done.output
    told: dict[str, object] = json.loads(done.stdout)
    return told


def left(data_dir: Path, *words: str) -> list[tuple[str, str]]:
    """Kind and name of every leftover."""
    items = gc(data_dir, *words)["items"]
    assert isinstance(items, list)
    return [(one["kind"], Path(one.get("path", "row")).name) for one in items]


def change(data_dir: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(data_dir / "octopus.db")) as connection, connection:
        connection.execute(statement, values)


def run_ids(data_dir: Path) -> list[str]:
    with closing(sqlite3.connect(data_dir / "octopus.db")) as connection:
        return [run_id for (run_id,) in connection.execute("SELECT id FROM runs ORDER BY number")]


def rubbish(path: Path, size_bytes: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size_bytes)
    return path


def test_where_everything_is_in_use_nothing_is_left_over(data_dir: Path) -> None:
    assert left(data_dir) == []
    done = type_in("gc", "--data-dir", str(data_dir), "--delete")
    assert (done.exit_code, done.stdout) == (0, "Nothing is left over.\n")


def test_a_directory_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert left(tmp_path / "nowhere", "--delete") == []
    assert not (tmp_path / "nowhere").exists()


def test_without_its_database_nothing_of_a_data_directory_is_taken_for_a_leftover(data_dir: Path) -> None:
    (data_dir / "octopus.db").unlink()
    refused = type_in("gc", "--delete", "--data-dir", str(data_dir))
    assert refused.exit_code == DATABASE
    assert "no database" in refused.stderr
    assert any((data_dir / "attempts").iterdir())


def test_without_delete_it_only_says_what_and_how_much(data_dir: Path) -> None:
    attempt = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "log", 1234).parent.parent
    done = type_in("gc", "--data-dir", str(data_dir))
    assert done.exit_code == 0
    assert "1,234 bytes" in done.stdout
    assert Kind.DELETED_RUN.value in done.stdout
    assert "--delete" in done.stdout
    assert attempt.is_dir()


def test_logs_of_a_deleted_run_go_and_those_of_a_run_stay(data_dir: Path) -> None:
    gone = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "log").parent.parent
    kept = sorted(path for run in run_ids(data_dir) for path in (data_dir / "attempts" / run).rglob("*"))
    assert kept
    assert left(data_dir, "--delete") == [(Kind.DELETED_RUN, "f00dface")]
    assert not gone.exists()
    assert sorted(path for run in run_ids(data_dir) for path in (data_dir / "attempts" / run).rglob("*")) == kept


def test_what_is_not_octopus_own_is_not_touched(data_dir: Path, tmp_path: Path) -> None:
    rubbish(data_dir / "attempts" / "notes of mine" / "a.txt")
    rubbish(data_dir / "snapshots" / "README")
    elsewhere = rubbish(tmp_path / "elsewhere" / "a.txt").parent
    (data_dir / "attempts" / "linked").symlink_to(elsewhere)
    (data_dir / "snapshots" / ("a" * 64)).symlink_to(elsewhere)
    assert left(data_dir, "--delete") == []
    assert (elsewhere / "a.txt").is_file()


def test_an_attempt_whose_supervisor_lives_stays(data_dir: Path) -> None:
    lock = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "lock")
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert left(data_dir, "--delete") == []
    assert left(data_dir) == [(Kind.DELETED_RUN, "f00dface")]


def test_what_a_pending_closing_names_stays(data_dir: Path) -> None:
    rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "log")
    rubbish(data_dir / "tracking" / "artifact-cache" / MLFLOW_RUN / "out" / "a.csv")
    (data_dir / "closings").mkdir(exist_ok=True)
    (data_dir / "closings" / "all-f00dface.json").write_text('{"run_id": "f00dface", "status": "KILLED"}')
    (data_dir / "closings" / "run-x.json").write_text(f'{{"mlflow_run_id": "{MLFLOW_RUN}", "status": "FAILED"}}')
    assert left(data_dir, "--delete") == []


def test_outputs_that_a_result_refers_to_stay_when_all_around_them_goes(data_dir: Path) -> None:
    outputs = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "out" / "_manifest.json").parent
    log = rubbish(outputs.with_name("log"))
    keep_result(data_dir, outputs)
    assert left(data_dir, "--delete") == [(Kind.DELETED_RUN, "log")]
    assert (outputs / "_manifest.json").is_file()
    assert not log.exists()


@pytest.mark.parametrize("way", ["link", "data/../data", "link/../data"])
def test_they_stay_whichever_way_leads_to_the_data_directory(data_dir: Path, way: str) -> None:
    outputs = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "out" / "_manifest.json").parent
    keep_result(data_dir, outputs)
    (data_dir.parent / "link").symlink_to(data_dir)
    assert left(data_dir.parent / way, "--delete") == []
    assert (outputs / "_manifest.json").is_file()


def test_they_stay_where_the_data_directory_was_reached_through_a_link(data_dir: Path) -> None:
    outputs = rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "out" / "_manifest.json").parent
    link = data_dir.parent / "link"
    link.symlink_to(data_dir)
    keep_result(data_dir, link / outputs.relative_to(data_dir))
    assert left(data_dir, "--delete") == []
    assert (outputs / "_manifest.json").is_file()


def keep_result(data_dir: Path, outputs: Path, run_id: str = "f00dface") -> None:
    record = StepResultRecord(
        fingerprint=Fingerprint(value="sha256:aa"),
        run_id=run_id,
        step_id="load",
        iteration=1,
        attempt=1,
        pipeline_key="name:X",
        type_id="ingest",
        mlflow_run_id=None,
        artifact_uri=outputs.as_uri(),
        outputs_dir=str(outputs),
        emitted=("data",),
        duration_s=1.0,
        finished_at=OLD,
    )
    change(
        data_dir,
        "INSERT INTO step_results (fingerprint, pipeline_key, run_id, step_id, iteration, forgotten, record) "
        "VALUES ('sha256:aa', 'name:X', ?, 'load', 1, 0, ?)",
        run_id,
        record.model_dump_json(),
    )


def test_a_result_goes_only_if_its_run_and_its_artifacts_are_gone(data_dir: Path, tmp_path: Path) -> None:
    whole = rubbish(tmp_path / "whole" / "_manifest.json").parent
    keep_result(data_dir, whole)
    keep_result(data_dir, tmp_path / "nowhere", run_id=run_ids(data_dir)[0])
    assert left(data_dir) == []
    shutil.rmtree(whole)
    assert left(data_dir, "--delete") == [(Kind.RESULT, "row")]
    assert left(data_dir) == []


def test_a_result_that_a_run_has_taken_over_stays(data_dir: Path, tmp_path: Path) -> None:
    keep_result(data_dir, tmp_path / "nowhere")
    change(data_dir, "UPDATE step_results SET original = (SELECT max(number) FROM step_results) WHERE number = 1")
    assert left(data_dir) == []


def test_a_frozen_project_goes_when_no_run_has_it(data_dir: Path) -> None:
    used, unused = "ab" * 32, "cd" * 32
    for name in (used, unused, ".new-xyz"):
        rubbish(data_dir / "snapshots" / name / "main.py")
    change(data_dir, "UPDATE runs SET plan = ? WHERE number = 1", f'{{"code": {{"project": "sha256:{used}"}}}}')
    assert left(data_dir, "--delete") == [(Kind.UNFINISHED, ".new-xyz"), (Kind.SNAPSHOT, unused)]
    assert [path.name for path in (data_dir / "snapshots").iterdir()] == [used]


def test_fetched_artifacts_go_when_neither_run_nor_result_has_them(data_dir: Path) -> None:
    cache = data_dir / "tracking" / "artifact-cache"
    with closing(sqlite3.connect(data_dir / "octopus.db")) as connection:
        mlflow_run = json.loads(connection.execute("SELECT record FROM step_results").fetchone()[0])["mlflow_run_id"]
    for name in (mlflow_run, MLFLOW_RUN, ".download-abc", "uri/s3___bucket_a"):
        rubbish(cache / name / "model.pkl")
    change(data_dir, 'UPDATE events SET payload = replace(payload, \'"uri":null\', \'"uri":"s3://bucket/b"\')')
    rubbish(cache / "uri" / "s3___bucket_b")
    assert set(left(data_dir, "--delete")) == {
        (Kind.FETCHED, MLFLOW_RUN),
        (Kind.UNFINISHED, ".download-abc"),
        (Kind.FETCHED, "s3___bucket_a"),
    }
    assert (cache / mlflow_run).is_dir()
    assert (cache / "uri" / "s3___bucket_b").is_file()


def test_a_working_copy_goes_once_its_run_has_ended(data_dir: Path) -> None:
    over, goes_on = run_ids(data_dir)
    change(data_dir, "UPDATE runs SET status = 'running', ended_at = NULL WHERE id = ?", goes_on)
    for run in (over, goes_on):
        rubbish(data_dir / "attempts" / run / "load.1.1" / "project" / "main.py")
    assert left(data_dir, "--delete") == [(Kind.WORKING_COPY, "project")]
    assert (data_dir / "attempts" / goes_on / "load.1.1" / "project").is_dir()
    assert (data_dir / "attempts" / over / "load.1.1" / "log").is_file()


def test_logs_go_with_age_only_if_that_is_said_and_only_of_runs_that_ended(data_dir: Path) -> None:
    old, young = run_ids(data_dir)
    change(data_dir, "UPDATE runs SET ended_at = ? WHERE id = ?", OLD, old)
    assert left(data_dir) == []
    assert left(data_dir, "--older-than", "30", "--delete") == [(Kind.OLD_RUN, old)]
    assert (data_dir / "attempts" / young).is_dir()
    assert run_ids(data_dir) == [old, young]
    change(data_dir, "UPDATE runs SET status = 'running', ended_at = NULL WHERE id = ?", young)
    assert left(data_dir, "--older-than", "0") == []


def test_a_run_without_its_logs_can_still_be_looked_at(data_dir: Path, tmp_path: Path) -> None:
    run_id = run_ids(data_dir)[0]
    change(data_dir, "UPDATE runs SET ended_at = ?", OLD)
    gc(data_dir, "--older-than", "1", "--delete")
    with open_house(tmp_path) as house:
        assert house.type_in("runs", "show", run_id).exit_code == 0
        logs = house.type_in("runs", "logs", run_id)
        assert (logs.exit_code, logs.stdout) == (0, "")


def test_beside_a_server_it_only_looks(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        rubbish(house.data_dir / "attempts" / "f00dface" / "load.1.1" / "log")
        assert left(house.data_dir) == [(Kind.DELETED_RUN, "f00dface")]
        refused = house.type_in("gc", "--delete")
        assert refused.exit_code == DATA_DIRECTORY
        assert "stop it first" in refused.stderr
        assert left(house.data_dir) == [(Kind.DELETED_RUN, "f00dface")]


def test_a_database_of_another_version_is_refused(data_dir: Path) -> None:
    rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "log")
    change(data_dir, "UPDATE alembic_version SET version_num = '9999'")
    refused = type_in("gc", "--data-dir", str(data_dir), "--delete")
    assert refused.exit_code == DATABASE
    assert "9999" in refused.stderr
    assert (data_dir / "attempts" / "f00dface").is_dir()


def test_what_cannot_be_deleted_is_named_and_the_rest_is_taken_up_next_time(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rubbish(data_dir / "attempts" / "f00dface" / "load.1.1" / "log")

    def refuse(path: Path) -> None:
        raise PermissionError(13, os.strerror(13), str(path))

    with monkeypatch.context() as broken:
        broken.setattr("octopus.features.leftovers.removing.shutil.rmtree", refuse)
        refused = type_in("gc", "--data-dir", str(data_dir), "--delete")
    assert refused.exit_code == DATABASE
    assert "f00dface cannot be deleted" in refused.stderr
    assert left(data_dir, "--delete") == [(Kind.DELETED_RUN, "f00dface")]
