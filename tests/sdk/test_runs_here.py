"""Pipelines run in this process: everything a run is, through the same handle as at a server."""

import asyncio
import time
from pathlib import Path

import pytest

import octopus
from octopus import Conflict, NotFound, Pipeline, PipelineHasProblems, Run, RunNotSuccessful, UnknownName
from octopus.domain.event import LogBatch
from octopus.sdk import artifact_values
from octopus.sdk import here as here_module
from octopus.store.data_directory import DataDirectory, running_server
from tests.fakes.instant_backend import Act
from tests.sdk.conftest import TABLE, Place

LIMIT_S = 60.0


def test_a_run_goes_to_its_end_and_tells_everything(place: Place, loading: Pipeline) -> None:
    run = place.run(loading)
    view = run.view()
    assert isinstance(run, Run)
    assert (run.status(), [step.status for step in view.steps]) == ("succeeded", ["succeeded", "succeeded"])
    assert view.document == loading.document
    assert run.log("load") == "hello\nworld\n"
    assert run.log("load", query="WORLD") == "world\n"
    assert [ref.port for ref in run.artifacts("load")] == ["data"]
    assert [(one.id, one.attempt) for one in run.step_runs()] == [("load", 1), ("split", 1)]


def test_events_come_in_order_and_log_lines_if_they_are_wanted(place: Place, loading: Pipeline) -> None:
    run = place.start(loading)
    events = list(run.events())
    assert [event.seq for event in events] == list(range(1, len(events) + 1))  # type: ignore[union-attr]
    assert (events[0].kind, events[-1].kind) == ("run.queued", "run.succeeded")
    assert [event.kind for event in run.events(after=len(events) - 1)] == ["run.succeeded"]
    logs = [one for one in run.events(logs=True) if isinstance(one, LogBatch)]
    assert [(one.step_id, [line.text for line in one.lines]) for one in logs] == [
        ("load", ["hello", "world"]),
        ("split", ["hello", "world"]),
    ]


def test_leaving_the_events_early_harms_nothing(place: Place, loading: Pipeline) -> None:
    run = place.start(loading)
    for event in run.events():
        assert event.kind == "run.queued"
        break
    assert run.wait().status == "succeeded"


def test_artifacts_are_read_by_step_and_port_and_by_their_names_in_recipes(place: Place, loading: Pipeline) -> None:
    run = place.run(loading)
    assert run.get_path("load").read_text() == TABLE["data.csv"]
    table = run.get_artifact("load", "data")
    assert table.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert run.get_artifact("ingested_data").equals(table)
    assert run.get_table("training_data").equals(table)


def test_who_asks_for_a_table_loads_no_model(
    place: Place, loading: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = place.run(loading)
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("flavors: {sklearn: {pickled_model: model.pkl}}")

    async def port_file(*_asked: object) -> Path:
        return model

    monkeypatch.setattr(run._venue, "port_file", port_file)
    monkeypatch.setattr(artifact_values, "_load_model", lambda _path: pytest.fail("the model was loaded"))
    with pytest.raises(TypeError, match=r"load\.data is no table: model"):
        run.get_table("load", "data")


@pytest.mark.parametrize(
    ("step", "port", "says"),
    [
        ("laod", None, r"no step `laod`; did you mean `load`\? It has `load`, `split`"),
        ("split", None, "Name an output port of the step `split`. It has emitted `train`"),
        ("model", None, "comes from a step of type 'train', and the pipeline has none"),
        ("scored_data", None, "batch scoring is a pipeline of its own"),
    ],
)
def test_an_artifact_that_is_not_there_is_answered_with_those_that_are(
    place: Place, loading: Pipeline, step: str, port: str | None, says: str
) -> None:
    run = place.run(loading)
    with pytest.raises(UnknownName, match=says):
        run.get_artifact(step, port)
    with pytest.raises(NotFound, match="nosuch"):
        run.get_artifact("load", "nosuch")


def test_a_name_of_recipes_means_the_one_step_that_ran(place: Place) -> None:
    p = Pipeline("Two")
    p.step("ingest", "one"), p.step("ingest", "two")
    run = place.run(p)
    with pytest.raises(UnknownName, match=r"get_artifact\('one', 'data'\), get_artifact\('two', 'data'\)"):
        run.get_artifact("ingested_data")
    run = p.run(data_dir=place.data_dir, only="two")
    assert run.get_path("ingested_data").name == "data.csv"


def test_a_failed_run_raises_and_can_be_resumed(place: Place, loading: Pipeline) -> None:
    place.acts["split"] = Act(stderr=("no rows",), exit_code=3)
    with pytest.raises(RunNotSuccessful, match="split failed") as failed:
        place.run(loading)
    run = place.run(loading, check=False)
    assert run.status() == "failed"
    assert run.view().steps[1].reason == "exit code 3: no rows"
    assert failed.value.run_id != run.id
    place.acts.clear()
    again = run.resume()
    assert again.id != run.id
    assert [step.status for step in again.wait().steps] == ["reused", "succeeded"]
    with pytest.raises(Conflict) as refused:
        again.resume()
    assert refused.value.code == "run_has_not_failed"


def test_a_run_is_cancelled(place: Place, loading: Pipeline) -> None:
    place.acts["load"] = Act(hangs=True)
    run = place.start(loading)
    until_running(run)
    with pytest.raises(TimeoutError):
        run.wait(0.01)
    run.cancel()
    assert run.wait(check=False).status == "cancelled"
    with pytest.raises(Conflict):
        run.cancel()


def test_leaving_a_run_s_block_by_an_error_cancels_it(place: Place, loading: Pipeline) -> None:
    place.acts["load"] = Act(hangs=True)
    with pytest.raises(ZeroDivisionError), place.start(loading) as run:
        raise ZeroDivisionError
    assert run.wait(check=False).status == "cancelled"


def test_ctrl_c_while_waiting_cancels_the_run(place: Place, loading: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    place.acts["load"] = Act(hangs=True)
    started: list[Run] = []

    def interrupted(self: Run, **_: object) -> None:
        started.append(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Run, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            place.run(loading)
    assert started[0].wait(check=False).status == "cancelled"


def test_what_cannot_run_is_refused_with_its_problems(place: Place, loading: Pipeline) -> None:
    loading["split"].set(method="magic")
    with pytest.raises(PipelineHasProblems) as refused:
        place.start(loading)
    assert [problem.pointer for problem in refused.value.problems] == ["/steps/1/params/method"]
    with pytest.raises(octopus.InvalidRequest, match="one of to, from_ and only"):
        loading.start(data_dir=place.data_dir, to="load", only="split")


def test_a_plan_shows_the_command_lines_and_runs_nothing(place: Place, loading: Pipeline) -> None:
    plan = loading.plan(data_dir=place.data_dir, parameters={"rows": 7}, to=loading["load"])
    assert [step.id for step in plan.steps] == ["load"]
    assert "limit=7" in plan.steps[0].argv
    assert place.backend.started == []


def test_an_async_program_does_the_same_on_its_own_loop(place: Place, loading: Pipeline) -> None:
    async def program() -> tuple[list[str], str, str]:
        plan = await loading.plan_async(data_dir=place.data_dir)
        run = await loading.start_async(data_dir=place.data_dir, force=True)
        kinds = [event.kind async for event in run.events()]
        log, table = await asyncio.gather(run.log("load"), run.get_path("load"))
        again = await loading.run_async(data_dir=place.data_dir, force=True)
        assert len(plan.steps) == 2
        assert table.read_text() == TABLE["data.csv"]
        return kinds, log, await again.status()

    kinds, log, status = asyncio.run(program())
    assert (kinds[0], kinds[-1], log, status) == ("run.queued", "run.succeeded", "hello\nworld\n", "succeeded")


def test_a_cancelled_coroutine_cancels_its_run(place: Place, loading: Pipeline) -> None:
    place.acts["load"] = Act(hangs=True)

    async def program() -> None:
        running = asyncio.create_task(loading.run_async(data_dir=place.data_dir, force=True))
        await asyncio.to_thread(until_started, place)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(program())
    run_id = place.backend.started[0].env["OCTOPUS_RUN_ID"]
    assert Run.find(run_id, place.data_dir).wait(check=False).status == "cancelled"
    with pytest.raises(NotFound):
        Run.find("nosuch", place.data_dir)


def test_the_data_directory_is_given_back_when_nobody_needs_it(
    place: Place, loading: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here_module, "IDLE_S", 0.05)
    run = place.run(loading)
    deadline = time.monotonic() + LIMIT_S
    while running_server(place.data_dir) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert run.log("split") == "hello\nworld\n"


def test_it_is_kept_while_a_run_goes_on_that_nobody_watches(
    place: Place, loading: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here_module, "IDLE_S", 0.01)
    place.acts["load"] = Act(hangs=True)
    run = place.start(loading)
    until_running(run)
    time.sleep(0.2)
    assert running_server(place.data_dir) is not None
    place.here.portal.loop.call_soon_threadsafe(place.backend.let_go)
    assert run.wait().status == "succeeded"


def test_a_directory_that_another_program_holds_is_named(
    tmp_path: Path, loading: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here_module, "SERVER_START_LIMIT_S", 0.05)
    held = DataDirectory.claim(tmp_path / "held")
    try:
        with pytest.raises(octopus.StorageUnavailable, match="in use by another program") as refused:
            loading.start(data_dir=held.path)
        assert refused.value.code == "data_directory_in_use"
    finally:
        held.release()


def until_running(run: Run) -> None:
    for event in run.events():
        if event.kind == "step.started":
            return


def until_started(place: Place) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not place.backend.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
