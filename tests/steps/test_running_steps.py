"""One attempt from the command line to its files: outputs, metrics, card, events, exit code and reason."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from octopus.steps.runtime.attempt import EVENT_LIMIT_BYTES, Attempt
from octopus.steps.runtime.cards import CARD_LIMIT_BYTES, Card
from octopus.steps.runtime.own_code import own_function
from octopus.steps.runtime.run import main
from tests.steps.conftest import RunStep

TABLE = pd.DataFrame({"x": range(40), "target": [0, 1] * 20})


def test_a_step_leaves_its_ports_its_metrics_and_its_card(run_step: RunStep) -> None:
    outcome = run_step("split", {"data": TABLE}, ratios=[0.5, 0, 0.5], method="random")
    assert outcome.exit_code == 0
    assert sorted(outcome.ports) == ["test", "train", "validation"]
    assert outcome.ports["train"].name == "train.parquet"
    assert outcome.metrics == {"train_rows": 20, "validation_rows": 0, "test_rows": 20, "dropped_rows": 0}
    assert outcome.card["title"] == "Split"
    assert outcome.stdout.splitlines()[0] == "splitting 40 rows by random"


def test_a_failure_ends_with_the_reason_and_leaves_a_card(run_step: RunStep) -> None:
    outcome = run_step("split", {"data": TABLE}, target="nope")
    assert outcome.exit_code == 1
    assert outcome.last_stderr == "ValueError: column 'nope' is not in the table; columns are x, target"
    assert "Traceback (most recent call last)" in outcome.stderr
    assert outcome.card["title"] == "Split failed"
    texts = [block["text"] for block in outcome.card["blocks"]]
    assert "column 'nope' is not in the table" in texts[0]
    assert "Traceback" in texts[1]
    assert "splitting 40 rows by hash" in texts[2]
    assert outcome.ports == {}


def test_the_reason_is_one_line_even_if_the_error_has_many(run_step: RunStep) -> None:
    code = "def load(path):\n    raise RuntimeError('first line\\nsecond line')"
    outcome = run_step("ingest", location=__file__, loader=code)
    assert outcome.last_stderr == "RuntimeError: first line"


def test_the_traceback_of_own_code_shows_its_line(run_step: RunStep) -> None:
    outcome = run_step("ingest", location=__file__, loader="def load(path):\n    return 1 / 0  # here\n")
    assert "return 1 / 0  # here" in outcome.stderr
    assert outcome.last_stderr == "ZeroDivisionError: division by zero"


def test_progress_travels_as_json_lines(run_step: RunStep, tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("a,b\n1,2\n")
    run_step("ingest", location=str(tmp_path / "some.csv"))
    events = [json.loads(line) for line in next(tmp_path.glob("*-ingest/events")).read_text().splitlines()]
    assert events[0] == {"kind": "progress", "fraction": 0.0, "message": f"reading {tmp_path}/some.csv"}
    assert {"kind": "metric", "name": "rows", "value": 1.0, "step": None} in events


def test_an_event_too_long_to_be_appended_in_one_piece_is_refused(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path, Card("x"), events=tmp_path / "events")
    with pytest.raises(ValueError, match="over the limit"):
        attempt.report({"kind": "progress", "message": "x" * EVENT_LIMIT_BYTES})
    assert not (tmp_path / "events").exists()


def test_a_required_input_that_is_not_connected_is_named(run_step: RunStep) -> None:
    assert run_step("split").last_stderr == "ValueError: input data is not connected"


def test_an_unconnected_optional_input_is_not_read(
    run_step: RunStep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing = tmp_path / "nothing"
    nothing.touch()
    monkeypatch.setenv("OCTOPUS_UNCONNECTED", "validation,test")
    outcome = run_step("transform", {"train": TABLE, "validation": nothing, "test": nothing})
    assert outcome.exit_code == 0, outcome.stderr
    assert pd.read_parquet(outcome.ports["test"]).empty


def test_an_input_that_is_no_table_is_named(run_step: RunStep, tmp_path: Path) -> None:
    other = tmp_path / "model.bin"
    other.write_bytes(b"x")
    reason = run_step("split", {"data": other}).last_stderr
    assert reason.startswith("ValueError: input data: model.bin is not a table that can be read")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage"),
        (["nope"], "there is no step 'nope'; steps are: ingest"),
        (["split", "--nope=1"], "step split has no port or parameter 'nope'"),
        (["split", "data"], "expected --name=value, got 'data'"),
    ],
)
def test_a_wrong_call_exits_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_step_runs_as_a_module_of_its_own_process(tmp_path: Path) -> None:
    source = tmp_path / "some.csv"
    source.write_text("a,b\n1,2\n3,4\n")
    command = [sys.executable, "-m", "octopus.steps", "ingest", f"--location={source}"]
    env = {**os.environ, "OCTOPUS_OUTPUTS": str(tmp_path / "out")}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert "2 rows, 2 columns" in done.stdout
    assert pd.read_parquet(tmp_path / "out" / "data.parquet").to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_the_steps_import_no_server_code_and_no_mlflow_before_they_need_it() -> None:
    code = (
        "import sys, octopus.steps.library.split, octopus.steps.library.ingest;"
        "print([m for m in sys.modules if m.split('.')[0] in ('mlflow', 'sklearn', 'fastapi') or"
        " m.startswith('octopus.') and m.split('.')[1] != 'steps'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_card_gives_up_its_largest_block_rather_than_grow_too_large() -> None:
    card = Card("Big")
    card.markdown("kept")
    card.table("Huge", ["a"], [["x" * 200] for _ in range(2000)])
    text = card.as_json()
    assert len(text.encode()) <= CARD_LIMIT_BYTES
    blocks = json.loads(text)["blocks"]
    assert blocks[0]["text"] == "kept"
    assert blocks[1]["text"] == "*Huge* is left out: it is too large for a card."


def test_cards_hold_nothing_json_cannot(tmp_path: Path) -> None:
    card = Card("Odd")
    card.table("Odd", ["a"], [[float("nan")], [float("inf")], [pd.NaT], [None], ["y" * 500]])
    card.chart("Odd", {"data": {"values": [{"x": float("nan")}]}})
    table, chart = json.loads(card.as_json())["blocks"]
    assert table["rows"] == [[""], ["inf"], [""], [None], ["y" * 199 + "…"]]
    assert chart["spec"]["data"]["values"] == [{"x": None}]


def test_own_code_must_define_a_function() -> None:
    with pytest.raises(ValueError, match="loader defines no function"):
        own_function("x = 1\nfrom math import sqrt", "loader")
    with pytest.raises(ValueError, match=r"loader is not valid Python: .* in line 2"):
        own_function("x = 1\ndef (:", "loader")


def test_the_last_function_of_own_code_is_the_one() -> None:
    assert own_function("def helper():\n    return 1\n\ndef load():\n    return helper() + 1", "loader")() == 2
