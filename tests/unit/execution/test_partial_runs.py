"""Runs of a part of a pipeline, and the look ahead at what would be reused."""

from pathlib import Path

import pytest

from octopus.compiler.request import RunRequest
from octopus.domain.errors import Conflict, InvalidRequest
from octopus.domain.run import RunState, Scope
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.foresight import UPSTREAM_RESULT_MISSING, Foreseen
from tests.fakes.instant_backend import Act
from tests.support.acting import HANGING, act, mlflow_runs, output_of, remove, started, steps_started
from tests.support.drawings import CATALOG, Json, drawing, edge, step
from tests.support.engine_room import EngineRoom, instant_engine_room, step_of

pytestmark = pytest.mark.anyio


def chain(rows: int = 10) -> Json:
    return drawing(
        [step("load", "source", rows=rows), step("clean", "pass_on"), step("last", "maybe")],
        [edge("load.data -> clean.data"), edge("clean.data -> last.data")],
    )


def scope(mode: str, step_id: str | None = None, **more: object) -> RunRequest:
    return RunRequest(scope=Scope.model_validate({"mode": mode, "step_id": step_id}), **more)  # type: ignore[arg-type]


def statuses(state: RunState) -> dict[str, str]:
    return {view.id: str(view.status) for view in state.steps}


async def seen(room: EngineRoom, document: Json, request: RunRequest | None = None) -> dict[str, Foreseen]:
    plan = room.plan(document, request or RunRequest())
    return dict(await room.runs.foresee(plan, "name:Test"))


async def test_only_executes_one_step_on_what_is_there(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        state = await room.run(chain(), scope("only", "clean"))
        assert statuses(state) == {"load": "reused", "clean": "succeeded"}
        assert steps_started(room) == ["load", "clean", "last", "clean"]


async def test_from_executes_a_step_and_lets_what_follows_reuse(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        state = await room.run(chain(), scope("from", "clean"))
        assert statuses(state) == {"load": "reused", "clean": "succeeded", "last": "reused"}


async def test_to_runs_a_step_and_what_it_needs(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        assert statuses(await room.run(chain(), scope("to", "clean"))) == {"load": "succeeded", "clean": "succeeded"}


async def test_a_missing_upstream_result_refuses_the_run_by_name_and_nothing_runs(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        with pytest.raises(InvalidRequest) as refusal:
            await room.start(chain(), scope("only", "last"))
        assert (refusal.value.status, refusal.value.code) == (422, UPSTREAM_RESULT_MISSING)
        assert [(p.code, p.pointer, p.step_id) for p in refusal.value.problems] == [
            (UPSTREAM_RESULT_MISSING, "/steps/0", "load"),
            (UPSTREAM_RESULT_MISSING, "/steps/1", "clean"),
        ]
        assert await room.store.unfinished_runs() == []
        assert (started(room), mlflow_runs(room)) == ([], [])


async def test_a_result_that_is_gone_by_the_time_the_step_starts_fails_it_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        made = output_of(started(room)[0], "data.csv")

        def gone(*_: object) -> None:
            made.unlink(missing_ok=True)

        monkeypatch.setattr("octopus.execution.runs.refuse_missing_results", gone)
        state = await room.run(chain(), scope("only", "clean"))
        load = step_of(state, "load")
        assert (state.status, load.status) == ("failed", "failed")
        assert f"its earlier result is gone: {made} was deleted" in load.reason
        assert step_of(state, "clean").status == "skipped"


async def test_failed_takes_over_what_succeeded_and_runs_the_rest(tmp_path: Path) -> None:
    acts = {"clean": Act(exit_code=3)}
    async with instant_engine_room(tmp_path, CATALOG, lambda spec: act(**acts)(spec)) as room:
        first = await room.run(chain())
        assert statuses(first) == {"load": "succeeded", "clean": "failed", "last": "skipped"}
        acts.clear()
        adoptable = await room.runs.adoptable(first.id)
        assert set(adoptable) == {"load"}
        request = RunRequest(scope=Scope(mode="failed", of_run=first.id), succeeded=adoptable)
        state = await room.run(chain(), request)
        assert statuses(state) == {"load": "reused", "clean": "succeeded", "last": "succeeded"}
        assert steps_started(room) == ["load", "clean", "clean", "last"]
        again = await room.runs.adoptable(state.id)
        assert {name: adopted and adopted.run_id for name, adopted in again.items()} == {
            "load": first.id, "clean": state.id, "last": state.id,
        }  # fmt: skip


async def test_a_run_that_goes_on_has_nothing_to_take_over(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(chain())
        with pytest.raises(Conflict):
            await room.runs.adoptable(run_id)
        await room.runs.cancel(run_id)
        await room.over(run_id)


async def test_before_the_first_run_everything_runs_and_nobody_knows_how_long(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        load, clean, last = (await seen(room, chain())).values()
        assert (load.will_reuse, load.why, load.last_duration_s) == (False, "there is no earlier result", None)
        assert load.fingerprint is not None
        assert (clean.will_reuse, clean.fingerprint) == (False, None)
        assert clean.why == "it has an input from load, which runs"
        assert last.why == "it has an input from clean, which runs"
        assert (started(room), mlflow_runs(room)) == ([], [])


async def test_what_is_foreseen_is_what_happens(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        foreseen = await seen(room, chain())
        state = await room.run(chain())
        for name, one in foreseen.items():
            assert one.will_reuse
            assert one.last_duration_s is not None
            assert statuses(state)[name] == "reused"


async def test_the_reason_names_what_changed(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        load = (await seen(room, chain(rows=11)))["load"]
        assert (load.why, load.changed) == ("changed since its last result: parameter rows", ("parameter:rows",))
        forced = (await seen(room, chain(), RunRequest(force=True)))["load"]
        assert (forced.will_reuse, forced.why) == (False, "the run was asked to execute it")
        remove(output_of(started(room)[0], "data.csv"))
        gone = (await seen(room, chain()))["load"]
        assert gone.why.startswith("its earlier result is gone: ")
        await room.store.results.forget("name:Test", "load")
        assert (await seen(room, chain()))["load"].why == "its earlier result was forgotten"


async def test_a_branch_that_was_not_taken_is_foreseen_as_skipped(tmp_path: Path) -> None:
    document = drawing(
        [step("load", "source"), step("pick", "choose"), step("one", "pass_on"), step("other", "maybe")],
        [edge("load.data -> pick.data"), edge("pick.left -> one.data"), edge("pick.right -> other.data")],
    )
    async with instant_engine_room(tmp_path, CATALOG, act(pick=Act(outputs={"left": "x"}))) as room:
        state = await room.run(document)
        assert statuses(state)["other"] == "skipped"
        other = (await seen(room, document))["other"]
        assert (other.will_skip, other.will_reuse) == (True, False)
        assert other.why == "it will be skipped: not run because pick did not choose right"


def passing_in_the_second(spec: AttemptSpec) -> Act:
    """`check` sends its value back once; `good` gets it then."""
    name, iteration = spec.env["OCTOPUS_STEP_ID"], int(spec.env["OCTOPUS_ITERATION"])
    if name == "check":
        return Act(outputs={"left" if iteration == 2 else "right": f"checked {iteration}"})
    return Act(outputs={"data": f"{name} {iteration}"})


async def test_a_loop_is_foreseen_to_its_last_iteration(tmp_path: Path) -> None:
    document = drawing(
        [step("load", "source"), step("work", "maybe"), step("check", "choose"), step("good", "pass_on")],
        [
            edge("load.data -> work.data"),
            edge("work.data -> check.data"),
            edge("check.right -> work.data", kind="loop", max_iterations=3),
            edge("check.left -> good.data"),
        ],
    )
    async with instant_engine_room(tmp_path, CATALOG, passing_in_the_second) as room:
        first = await room.run(document)
        assert [(view.id, view.iteration, str(view.status)) for view in first.steps][-1] == ("good", 2, "succeeded")
        assert all(one.will_reuse for one in (await seen(room, document)).values())
        await room.store.results.forget("name:Test", "good")
        foreseen = await seen(room, document)
        assert (foreseen["check"].will_reuse, foreseen["good"].will_reuse) == (True, False)
        assert foreseen["good"].why == "its earlier result was forgotten"
