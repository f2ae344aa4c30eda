"""Runs as the server drives them, with fakes for MLflow and for processes: what is recorded, in which order, and that
nothing is left open whatever goes wrong."""

import asyncio
from pathlib import Path

import pytest

from octopus.domain.errors import Conflict, NotFound, QueueFull
from octopus.domain.event import StepStarted, StepSucceeded
from octopus.domain.run import Idempotency
from octopus.execution.backends.protocol import AttemptSpec
from tests.fakes.instant_backend import Act
from tests.fakes.tracking import InMemoryTracking
from tests.support.acting import HANGING, act, argument, started
from tests.support.drawings import CATALOG, drawing, edge, plan, step
from tests.support.engine_room import EngineRoom, instant_engine_room, step_of

pytestmark = pytest.mark.anyio

CHAIN = drawing([step("load", "source"), step("clean", "pass_on")], [edge("load.data -> clean.data")])
PAIR = drawing([step("a", "source"), step("b", "source")])


def statuses(room: EngineRoom) -> list[str]:
    """Of the MLflow runs, parent first."""
    assert isinstance(room.tracking, InMemoryTracking)
    return [run.status for run in room.tracking.runs.values()]


def content(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


async def no_closing_is_pending(folder: Path) -> None:
    async with asyncio.timeout(10):
        while True:
            if not list((folder / "closings").iterdir()):
                return
            await asyncio.sleep(0.01)


async def test_a_run_goes_from_queued_to_succeeded_and_every_event_is_stored_before_it_is_seen(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        state = await room.run(CHAIN)
        assert state.status == "succeeded"
        assert [step.status for step in state.steps] == ["succeeded", "succeeded"]
        assert statuses(room) == ["FINISHED", "FINISHED", "FINISHED"]
        stored = await room.store.events(state.id)
        assert room.events(state.id) == stored
        assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
        assert state.mlflow_run_id is not None


async def test_mlflow_gets_a_parent_and_children_with_clean_parameters_and_tags(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        state = await room.run(drawing([step("load", "source", rows=7)]))
        assert isinstance(room.tracking, InMemoryTracking)
        parent, child = room.tracking.runs.values()
        assert (parent.new.experiment, parent.new.name, parent.new.parent_run_id) == ("Test", "Test", None)
        assert child.new.parent_run_id == parent.tracked.run_id == state.mlflow_run_id
        assert child.new.params == {"rows": "7"}
        assert child.new.tags["octopus.run_id"] == state.id
        assert child.new.tags["mlflow.project.entryPoint"] == "source"
        assert (child.new.tags["octopus.step_id"], child.new.tags["octopus.attempt"]) == ("load", "1")


async def test_an_output_is_the_next_steps_input_by_its_plain_path(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        state = await room.run(CHAIN)
        load, clean = started(room)
        assert argument(clean, "data") == Path(load.env["OCTOPUS_OUTPUTS"], "data.csv")
        assert content(argument(clean, "data")) == "a\n1\n"
        assert [ref.path for ref in step_of(state, "load").artifacts] == ["out/data.csv"]


async def test_an_unconnected_optional_input_is_an_existing_empty_file_and_named(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(drawing([step("m", "maybe"), step("g", "gather")]))
        maybe, gather = sorted(started(room), key=lambda spec: spec.env["OCTOPUS_STEP_ID"], reverse=True)
        assert content(argument(maybe, "data")) == ""
        assert maybe.env["OCTOPUS_UNCONNECTED"] == "data"
        assert "data=[]" in gather.argv


async def test_a_chosen_branch_hands_on_the_original_file_and_the_other_is_skipped(tmp_path: Path) -> None:
    document = drawing(
        [
            step("load", "source"),
            step("fit", "train", target="y"),
            step("judge", "evaluate"),
            step("keep", "register"),
            step("drop", "register"),
        ],
        [
            edge("load.data -> fit.train"),
            edge("fit.model -> judge.model"),
            edge("load.data -> judge.test"),
            edge("judge.pass -> keep.model"),
            edge("judge.fail -> drop.model"),
        ],
    )
    acts = act(
        fit=Act(outputs={"model.bin": "weights", "metrics.json": "{}"}),
        judge=Act(outputs={"pass": "", "metrics.json": "{}"}),
    )
    async with instant_engine_room(tmp_path, CATALOG, acts) as room:
        state = await room.run(document)
        assert {s.id: s.status for s in state.steps} == {
            "load": "succeeded", "fit": "succeeded", "judge": "succeeded", "keep": "succeeded", "drop": "skipped",
        }  # fmt: skip
        by_step = {spec.env["OCTOPUS_STEP_ID"]: spec for spec in started(room)}
        assert f"model={by_step['fit'].env['OCTOPUS_OUTPUTS']}/model.bin" in by_step["keep"].argv
        fitted = next(ref for ref in step_of(state, "fit").artifacts if ref.port == "model")
        passed = next(ref for ref in step_of(state, "judge").artifacts if ref.port == "pass")
        assert passed.digest == fitted.digest
        assert passed.uri is not None
        assert passed.uri.endswith("/out/model.bin")


async def test_a_step_that_fails_says_why_keeps_its_metrics_and_skips_its_dependents(tmp_path: Path) -> None:
    failing = Act(exit_code=3, stderr=("no such column: y",), outputs={"_metrics.json": '{"rows": 3}'})
    async with instant_engine_room(tmp_path, CATALOG, act(load=failing)) as room:
        state = await room.run(CHAIN)
        load, clean = state.steps
        assert (state.status, load.status, load.exit_code) == ("failed", "failed", 3)
        assert load.reason == "exit code 3: no such column: y"
        assert load.metrics == {"rows": 3}
        assert (clean.status, clean.cause_step) == ("skipped", "load")
        assert statuses(room) == ["FAILED", "FAILED"]


async def test_outputs_that_cannot_be_accepted_fail_the_step(tmp_path: Path) -> None:
    doubled = Act(outputs={"data.csv": "1", "data.parquet": "2"})
    async with instant_engine_room(tmp_path, CATALOG, act(load=doubled)) as room:
        load = step_of(await room.run(CHAIN), "load")
        assert (load.status, load.exit_code) == ("failed", 0)
        assert "written twice" in load.reason
        assert statuses(room) == ["FAILED", "FAILED"]


async def test_a_process_that_cannot_be_started_is_lost_with_the_reason(tmp_path: Path) -> None:
    refusing = Act(refuses=FileNotFoundError(2, "No such file or directory", "/venv/bin/mlflow"))
    async with instant_engine_room(tmp_path, CATALOG, act(load=refusing)) as room:
        load = step_of(await room.run(CHAIN), "load")
        assert load.status == "lost"
        assert load.reason == "mlflow run could not be started: /venv/bin/mlflow: No such file or directory"
        assert statuses(room) == ["FAILED", "FAILED"]


async def test_a_fault_inside_octopus_ends_the_step_and_the_run(tmp_path: Path) -> None:
    def broken(spec: AttemptSpec) -> Act:
        raise RuntimeError("a bug")

    async with instant_engine_room(tmp_path, CATALOG, broken) as room:
        load = step_of(await room.run(CHAIN), "load")
        assert (load.status, load.reason) == ("lost", "octopus itself failed: RuntimeError: a bug")
        assert statuses(room) == ["FAILED", "FAILED"]


async def test_independent_steps_overlap_up_to_the_slots_of_the_machine(tmp_path: Path) -> None:
    three = drawing([step(name, "source") for name in ("a", "b", "c")])
    async with instant_engine_room(tmp_path, CATALOG, act(a=HANGING, b=HANGING)) as room:
        run_id = await room.start(three)
        await room.until_printed(run_id, "a", "here")
        await room.until_printed(run_id, "b", "here")
        state = await room.runs.view(run_id)
        assert [step_of(state, name).status for name in ("a", "b", "c")] == ["running", "running", "queued"]
        await room.runs.cancel(run_id)
        assert (await room.over(run_id)).status == "cancelled"


async def test_slots_are_shared_by_all_runs_first_come_first_served(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(), max_steps=1) as room:
        runs = [await room.start(PAIR) for _ in range(4)]
        for run_id in runs:
            await room.over(run_id)
        events = sorted((event for run_id in runs for event in room.events(run_id)), key=lambda event: event.at)
        running = 0
        for event in events:
            running += isinstance(event, StepStarted) - isinstance(event, StepSucceeded)
        assert running == 0
        started = [event.run_id for event in events if isinstance(event, StepStarted)]
        assert started.index(runs[0]) < started.index(runs[3])


async def test_cancel_ends_what_runs_and_what_waits_and_closes_mlflow_as_killed(tmp_path: Path) -> None:
    document = drawing(
        [step("a", "source"), step("b", "source"), step("c", "source"), step("after", "pass_on")],
        [edge("a.data -> after.data")],
    )
    async with instant_engine_room(tmp_path, CATALOG, lambda _: HANGING, max_steps=2) as room:
        run_id = await room.start(document)
        await room.until(run_id, lambda state: [s.status for s in state.steps].count("running") == 2)
        await asyncio.gather(*(room.runs.cancel(run_id) for _ in range(10)))
        state = await room.over(run_id)
        assert state.status == "cancelled"
        assert {s.status for s in state.steps} == {"cancelled"}
        assert statuses(room) == ["KILLED", "KILLED", "KILLED"]
        assert [event.kind for event in room.events(run_id)].count("run.cancelling") == 1
        with pytest.raises(Conflict):
            await room.runs.cancel(run_id)


async def test_a_run_cancelled_before_its_turn_never_starts(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, lambda _: HANGING, max_active_runs=1) as room:
        first, second = await room.start(PAIR), await room.start(PAIR)
        await room.runs.cancel(second)
        state = await room.over(second)
        assert (state.status, state.started_at) == ("cancelled", None)
        await room.runs.cancel(first)
        await room.over(first)
        assert {spec.env["OCTOPUS_RUN_ID"] for spec in started(room)} <= {first}


async def test_a_run_that_does_not_exist_cannot_be_seen_or_cancelled(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        with pytest.raises(NotFound):
            await room.runs.view("nosuch")
        with pytest.raises(NotFound):
            await room.runs.cancel("nosuch")


async def test_a_full_queue_refuses_the_next_run_and_takes_it_when_there_is_room(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, lambda _: HANGING, max_active_runs=1, max_queued_runs=1) as room:
        first, second = await room.start(PAIR), await room.start(PAIR)
        with pytest.raises(QueueFull):
            await room.start(PAIR)
        await room.runs.cancel(second)
        await room.over(second)
        third = await room.start(PAIR)
        for run_id in (first, third):
            await room.runs.cancel(run_id)
            await room.over(run_id)


async def test_a_repeated_idempotency_key_answers_the_first_run_and_starts_nothing(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        planned, key = plan([step("load", "source")]), Idempotency(key="k", body_digest="d")
        start = room.runs.start
        answers = await asyncio.gather(*(start(planned.document, planned, idempotency=key) for _ in range(20)))
        assert len({record.id for record, _ in answers}) == 1
        assert [is_new for _, is_new in answers].count(True) == 1
        await room.over(answers[0][0].id)
        assert len(started(room)) == 1


async def test_events_wait_for_a_database_that_is_away_and_nobody_sees_them_before(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await room.until_printed(run_id, "load", "here")
        await room.until(run_id, lambda state: step_of(state, "load").status == "running")
        room.store.is_down = True
        seen = len(room.events(run_id))
        await room.runs.cancel(run_id)
        await asyncio.sleep(0.3)
        assert len(room.events(run_id)) == seen
        room.store.is_down = False
        assert (await room.over(run_id)).status == "cancelled"


async def test_without_mlflow_a_run_fails_with_a_word_and_is_closed_once_mlflow_is_back(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING), closing_retry_s=0.05) as room:
        assert isinstance(room.tracking, InMemoryTracking)
        run_id = await room.start(CHAIN)
        await room.until_printed(run_id, "load", "here")
        room.tracking.is_down = True
        await room.runs.cancel(run_id)
        state = await room.over(run_id)
        assert state.status == "cancelled"
        assert getattr(room.events(run_id)[-1], "tracking", None) == "pending"
        assert statuses(room) == ["RUNNING", "RUNNING"]
        room.tracking.is_down = False
        await no_closing_is_pending(tmp_path)
        assert statuses(room) == ["KILLED", "KILLED"]


async def test_a_run_that_never_reaches_mlflow_fails_and_says_so(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        assert isinstance(room.tracking, InMemoryTracking)
        room.tracking.is_down = True
        state = await room.run(CHAIN)
        assert state.status == "failed"
        assert step_of(state, "load").status == "lost"
        assert "MLflow" in step_of(state, "load").reason


async def test_shutdown_ends_what_runs_and_leaves_what_waits_to_the_next_server(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(a=HANGING, b=HANGING), max_active_runs=1) as room:
        first, second = await room.start(PAIR), await room.start(CHAIN)
        await room.until_printed(first, "a", "here")
        await room.runs.shutdown(1)
        assert (await room.runs.view(first)).status == "cancelled"
        assert set(statuses(room)) == {"KILLED"}
        with pytest.raises(QueueFull):
            await room.start(PAIR)
        assert (await room.runs.view(second)).status == "queued"
        room.runs = room.another_server()
        await room.runs.open()
        assert (await room.over(second)).status == "succeeded"


async def test_background_loops_show_their_age(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        assert set(room.runs.background.ages_s()) == {"recovery", "closings", "disk"}


async def test_a_run_that_fails_inside_octopus_is_ended_and_nothing_is_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await room.until_printed(run_id, "load", "here")
        await room.until(run_id, lambda state: step_of(state, "load").status == "running")

        failed = asyncio.Event()

        async def broken(run_id: str, events: object, results: object) -> None:
            monkeypatch.undo()
            failed.set()
            raise RuntimeError("a bug")

        monkeypatch.setattr(room.store, "append", broken)
        await room.runs.cancel(run_id)
        await asyncio.wait_for(failed.wait(), 10)
        state = await room.over(run_id)
        assert state.status == "failed"
        assert state.reason == "octopus itself failed: RuntimeError: a bug"
        assert statuses(room) == ["FAILED", "FAILED"]
