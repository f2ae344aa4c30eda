"""`octopus run --backend`: what is asked for, what is refused, and where one sees which way the steps went."""

import json
from pathlib import Path

import pytest

from octopus.cli.exit_codes import USAGE
from tests.fakes.instant_backend import Act
from tests.support.terminal import House, drawing


@pytest.mark.parametrize(
    ("words", "backend"), [(("--backend", "warm"), "warm"), (("--backend", "cold"), "cold"), ((), None)]
)
def test_a_run_is_started_on_the_backend_that_was_asked_for(
    house: House, tmp_path: Path, words: tuple[str, ...], backend: str | None
) -> None:
    done = house.type_in("run", drawing(tmp_path, f"On {backend}", "load"), *words)
    assert done.exit_code == 0, done.output
    run_id = done.stdout.splitlines()[0].removeprefix("run ")
    assert json.loads(house.type_in("runs", "show", run_id, "--json").stdout)["backend"] == backend


def test_another_backend_is_refused(house: House, tmp_path: Path) -> None:
    before = len(house.backend.started)
    done = house.type_in("run", drawing(tmp_path, "Hot", "load"), "--backend", "hot")
    assert done.exit_code == USAGE
    assert "'hot' is not one of 'warm', 'cold'" in done.stderr
    assert len(house.backend.started) == before


def test_a_step_s_own_choice_is_refused_where_it_stands(house: House, tmp_path: Path) -> None:
    file = Path(drawing(tmp_path, "Wrong", "load"))
    content = json.loads(file.read_text())
    content["steps"][0]["policy"] = {"backend": "hot"}
    file.write_text(json.dumps(content))
    done = house.type_in("validate", str(file))
    assert done.exit_code != 0
    assert "/steps/0/policy/backend" in done.stderr
    assert "`backend` must be `warm` or `cold`, not `hot`." in done.stderr


def test_a_run_is_shown_with_the_way_its_steps_went(house: House, tmp_path: Path) -> None:
    house.acts["low"] = Act(backend_reason="there is \x1b[2Jlittle memory")
    done = house.type_in("run", drawing(tmp_path, "Ways", "one", "low", "other"))
    run_id = done.stdout.splitlines()[0].removeprefix("run ")
    lines = house.type_in("runs", "show", run_id).stdout.splitlines()
    assert "started instant: one, other" in lines
    assert "started instant (there is [2Jlittle memory): low" in lines
