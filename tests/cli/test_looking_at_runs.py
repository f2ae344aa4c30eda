"""`octopus runs` and `octopus clean`: which run is meant, what its steps printed, and what is forgotten."""

import json
from pathlib import Path

import pytest
import typer

from octopus.cli import runs
from octopus.cli.exit_codes import SERVER, USAGE
from tests.fakes.instant_backend import Act
from tests.support.terminal import House, Json, drawing


def run(house: House, file: str) -> str:
    """The id of the ended run."""
    return str(house.type_in("run", file).stdout.splitlines()[0].removeprefix("run "))


def statuses(house: House, file: str) -> dict[str, str]:
    """Of the steps of one more run."""
    view = house.call("GET", f"/runs/{run(house, file)}")
    return {step["id"]: step["status"] for step in view["steps"]}


def test_a_run_is_shown_with_its_steps_and_what_it_was_given(house: House, tmp_path: Path) -> None:
    parameters = {"rows": {"type": "int", "default": 3}}
    run_id = run(house, drawing(tmp_path, "Shown", "load", parameters=parameters))
    lines = house.type_in("runs", "show", run_id[:12]).stdout.splitlines()
    assert lines[1].split()[:2] == ["load", "succeeded"]
    assert lines[2] == "succeeded"
    assert f"run {run_id}" in lines
    assert "parameters rows=3" in lines


def test_runs_of_one_pipeline_are_listed(house: House, tmp_path: Path) -> None:
    document = json.loads(Path(drawing(tmp_path, "Saved", "load")).read_text())
    saved = house.call("POST", "/pipelines", json={"document": document})["id"]
    started = house.call("POST", "/runs", json={"pipeline_id": saved})["id"]
    listed = json.loads(house.type_in("runs", "list", "--pipeline", saved, "--json").stdout)
    assert [one["id"] for one in listed] == [started]


def test_a_beginning_that_several_runs_share_is_refused() -> None:
    class Two:
        def call(self, *_words: object, **_options: object) -> Json:
            return {"items": [{"id": "abc1"}, {"id": "abc2"}, {"id": "abd"}, {"id": "ab"}]}

    def meant(start: str) -> str:
        return runs.whole_id(Two(), start)  # type: ignore[arg-type]

    assert [meant(start) for start in ("abd", "ab", "abc2", "zzz")] == ["abd", "ab", "abc2", "zzz"]
    with pytest.raises(typer.Exit) as refused:
        meant("abc")
    assert refused.value.exit_code == USAGE


def test_several_runs_are_forgotten_at_once_and_unknown_ones_refused(house: House, tmp_path: Path) -> None:
    file = drawing(tmp_path, "Forgotten", "load")
    ids = [run(house, file), run(house, file)]
    done = house.type_in("runs", "delete", *ids)
    assert done.stdout.splitlines() == [f"{run_id} forgotten" for run_id in ids]
    assert house.type_in("runs", "delete", ids[0]).exit_code == SERVER


def test_logs_are_those_of_all_steps_of_one_or_lines_with_a_word(house: House, tmp_path: Path) -> None:
    house.acts["talks"] = Act(stdout=("one", "two Errors"))
    house.acts["also_talks"] = Act(stdout=("three",))
    run_id = run(house, drawing(tmp_path, "Talks", "talks", "also_talks"))
    assert house.type_in("runs", "logs", run_id).stdout.splitlines() == [
        "talks: one",
        "talks: two Errors",
        "also_talks: three",
    ]
    assert house.type_in("runs", "logs", run_id, "talks").stdout.splitlines() == ["one", "two Errors"]
    assert house.type_in("runs", "logs", run_id, "--search", "error").stdout.splitlines() == ["talks: two Errors"]
    assert house.type_in("runs", "logs", run_id, "talks", "--attempt", "7").exit_code == SERVER


def test_logs_are_followed_to_the_end_of_the_run(house: House, tmp_path: Path) -> None:
    house.acts["followed"] = Act(stdout=("begins",), hangs=True)
    body = {"document": json.loads(Path(drawing(tmp_path, "Followed", "followed")).read_text())}
    run_id = house.call("POST", "/runs", json=body)["id"]
    house.call("POST", f"/runs/{run_id}/cancel")
    done = house.type_in("runs", "logs", run_id, "--follow")
    assert done.exit_code == 0, done.output
    assert set(done.stdout.splitlines()) <= {"followed: begins"}
    unknown = house.type_in("runs", "logs", run_id, "nosuch", "--follow")
    assert (unknown.exit_code, "it has followed" in unknown.stderr) == (USAGE, True)
    assert house.type_in("runs", "logs", run_id, "--follow", "--search", "x").exit_code == USAGE


def test_after_clean_the_steps_are_executed_again(house: House, tmp_path: Path) -> None:
    file = drawing(tmp_path, "Clean", "first", "second")
    run(house, file)
    assert statuses(house, file) == {"first": "reused", "second": "reused"}
    done = house.type_in("clean", file, "first")
    assert (done.exit_code, done.stdout) == (0, "first: 1 result forgotten\n")
    assert statuses(house, file) == {"first": "succeeded", "second": "reused"}
    cleaned = house.type_in("clean", file, "--json")
    assert json.loads(cleaned.stdout) == {"first": 1, "second": 1}
    assert house.type_in("clean", file).stdout.splitlines() == [
        "first: nothing to forget",
        "second: nothing to forget",
    ]
    assert statuses(house, file) == {"first": "succeeded", "second": "succeeded"}


def test_what_another_pipeline_left_is_not_taken_over_after_clean(house: House, tmp_path: Path) -> None:
    file = Path(drawing(tmp_path, "Mine", "load"))
    theirs = json.loads(file.read_text()) | {"name": "Theirs"}
    saved = house.call("POST", "/pipelines", json={"document": theirs})["id"]
    started = house.call("POST", "/runs", json={"pipeline_id": saved})["id"]
    assert house.type_in("runs", "logs", started, "--follow").exit_code == 0
    assert house.type_in("clean", str(file)).stdout == "load: 1 result forgotten\n"
    assert statuses(house, str(file)) == {"load": "succeeded"}


def test_an_unknown_step_is_refused_with_those_there_are(house: House, tmp_path: Path) -> None:
    done = house.type_in("clean", drawing(tmp_path, "Unknown", "load"), "laod")
    assert done.exit_code == SERVER
    assert "it has load" in done.stderr


def test_a_pipeline_that_cannot_run_can_be_cleaned_all_the_same(house: House, tmp_path: Path) -> None:
    file = Path(drawing(tmp_path, "Half done", "load"))
    run(house, str(file))
    document = json.loads(file.read_text())
    document["steps"].append({"id": "new", "type": "nosuch"})
    file.write_text(json.dumps(document))
    assert house.type_in("clean", str(file)).stdout.splitlines() == [
        "load: 1 result forgotten",
        "new: nothing to forget",
    ]
