"""What a step does with MLflow, in the attempt that follows one which spoiled whatever it could lay hands on."""

import pytest

from tests.support.equality import WAYS, Case, Laboratory, Observation, Observe, Way

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

VANDALISE = Case("vandalise")
TRACK = Case("track")


async def after_the_vandal(laboratory: Laboratory, way: Way) -> Observation:
    await laboratory.observe(way, VANDALISE)
    return await laboratory.observe(way, TRACK)


@pytest.mark.parametrize("case", [VANDALISE, TRACK], ids=lambda case: case.id)
async def test_a_warm_attempt_shows_what_a_cold_one_shows(laboratory: Laboratory, case: Case) -> None:
    for way in WAYS:
        await after_the_vandal(laboratory, way)
    assert await laboratory.differences(case) == []


async def test_a_vandal_spoils_only_its_own_process(laboratory: Laboratory, observe: Observe, backend: Way) -> None:
    seen = await after_the_vandal(laboratory, backend)
    vandal = await observe(VANDALISE)
    assert (vandal.exit.exit_code, vandal.of("stderr")[0]) == (-2, "the vandal's excepthook")
    assert seen.exit.exit_code == 0, seen.of("stderr")
    assert seen.told()["found"]["genuine"] == [
        "mlflow.tracking.fluent",
        "mlflow.tracking.client",
        "sklearn.ensemble._forest",
    ]


async def test_a_step_writes_into_the_run_that_was_made_for_it(laboratory: Laboratory, backend: Way) -> None:
    seen = await after_the_vandal(laboratory, backend)
    assert (seen.told()["adopted"], seen.told()["afterwards"]) == ("<run>", [True, "<run>"])
    assert seen.run["params"] == {"quoted": 'it\'s "x" ; $(y) 🐙', "a": "1", "empty": "", "none": "None"}
    assert seen.run["tags"]["mine"] == "yes"
    assert {"notes/note.txt", "notes/dict.json", "out/port.txt"} <= set(seen.run["artifacts"])
    assert float(seen.run["metrics"]["loss"]) == 1 / 3
    assert float(seen.run["metrics"]["forest"]) > 0.9


async def test_runs_inside_of_runs_are_below_it(laboratory: Laboratory, backend: Way) -> None:
    seen = await after_the_vandal(laboratory, backend)
    assert [run["name"] for run in seen.inner] == ["automatic", "inner", "innermost"]
    assert {run["status"] for run in seen.inner} == {"FINISHED"}
    automatic = seen.inner[0]
    assert (automatic["params"]["fit_intercept"], automatic["metrics"]["training_r2_score"]) == ("True", "1.0")


async def test_a_step_may_turn_to_another_store(laboratory: Laboratory, backend: Way) -> None:
    assert (await after_the_vandal(laboratory, backend)).told()["redirected"] == "sqlite:////somewhere/else.db"
