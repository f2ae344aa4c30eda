"""Steps whose result is there already: nothing is executed and nothing is lost; anything unknown or changed is."""

import asyncio
import itertools
import os
from dataclasses import replace
from pathlib import Path

import pytest

from octopus.catalog.catalog import Catalog
from octopus.compiler.plan import Code, Plan
from octopus.compiler.request import RunRequest
from octopus.domain.run import RunState
from octopus.domain.tracking import NewRun
from octopus.execution.backends.protocol import AttemptSpec
from tests.fakes.instant_backend import Act
from tests.support.acting import (
    GOOD,
    HANGING,
    act,
    argument,
    in_turn,
    let_go,
    mlflow_runs,
    output_of,
    remove,
    rewrite,
    started,
    steps_started,
)
from tests.support.drawings import CATALOG, Json, drawing, edge, entry, port, step
from tests.support.engine_room import instant_engine_room, step_of

pytestmark = pytest.mark.anyio

EDGES = [edge("load.data -> clean.data"), edge("clean.data -> last.data")]
EIGHT = [f"s{n}" for n in range(8)]


def chain(rows: int = 10, **more: object) -> Json:
    return drawing([step("load", "source", rows=rows), step("clean", "pass_on"), step("last", "maybe")], EDGES, **more)


def statuses(state: RunState) -> list[str]:
    return [view.status for view in state.steps]


async def test_an_unchanged_pipeline_is_reused_whole_in_under_a_second(tmp_path: Path) -> None:
    edges = [edge(f"{one}.data -> {other}.data") for one, other in itertools.pairwise(EIGHT)]
    document = drawing([step("s0", "source"), *(step(name, "pass_on") for name in EIGHT[1:])], edges)

    def own_output(spec: AttemptSpec) -> Act:
        return Act(outputs={"data.csv": spec.env["OCTOPUS_STEP_ID"], "_metrics.json": '{"rows": 3}'})

    async with instant_engine_room(tmp_path, CATALOG, own_output) as room:
        first = await room.run(document)
        began = asyncio.get_running_loop().time()
        again = await room.run(document)
        assert asyncio.get_running_loop().time() - began < 10  # 0.1 s on an idle machine
        assert (again.status, set(statuses(again))) == ("succeeded", {"reused"})
        assert steps_started(room) == EIGHT
        assert [run.new.name for run in mlflow_runs(room)].count("Test") == len(mlflow_runs(room)) - 8 == 2
        for name in EIGHT:
            one, other = step_of(first, name), step_of(again, name)
            assert other.reused_from is not None
            assert (other.reused_from.run_id, other.reused_from.step_id) == (first.id, name)
            assert (other.mlflow_run_id, other.metrics) == (one.mlflow_run_id, {"rows": 3})
            assert other.artifacts == one.artifacts


async def test_a_changed_parameter_executes_its_step_and_what_gets_another_input(tmp_path: Path) -> None:
    def rows_in_output(spec: AttemptSpec) -> Act:
        rows = next((text for text in spec.argv if text.startswith("rows=")), "none")
        return Act(outputs={"data.csv": rows if spec.env["OCTOPUS_STEP_ID"] == "load" else "always the same"})

    async with instant_engine_room(tmp_path, CATALOG, rows_in_output) as room:
        await room.run(chain(rows=10))
        state = await room.run(chain(rows=11))
        assert statuses(state) == ["succeeded", "succeeded", "reused"]  # what clean made is what it made before


async def test_a_step_behind_a_reused_one_gets_the_original_file(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        document = drawing([step("load", "source"), step("join", "join")], [edge("load.data -> join.data")])
        state = await room.run(document)
        assert statuses(state) == ["reused", "succeeded"]
        load, join = started(room)[0], started(room)[-1]
        assert f'data=["{output_of(load, "data.csv")}"]' in join.argv


async def test_id_label_position_and_policy_change_nothing(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(drawing([step("load", "source")]))
        other = {**step("other", "source"), "label": "Other", "position": {"x": 1, "y": 2}, "policy": {"retries": 2}}
        assert statuses(await room.run(drawing([other], name="Another pipeline"))) == ["reused"]


async def test_a_touched_artifact_is_reused_and_a_changed_or_deleted_one_is_made_again(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        made = output_of(started(room)[0], "data.csv")
        os.utime(made)
        assert statuses(await room.run(chain())) == ["reused"] * 3
        rewrite(made, "b\n1\n")
        assert statuses(await room.run(chain())) == ["succeeded", "reused", "reused"]
        remove(output_of(started(room)[-1], "data.csv"))
        assert statuses(await room.run(chain())) == ["succeeded", "reused", "reused"]


async def test_outputs_without_their_manifest_are_not_whole(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(drawing([step("load", "source")]))
        remove(output_of(started(room)[0], "_manifest.json"))
        assert statuses(await room.run(drawing([step("load", "source")]))) == ["succeeded"]


async def test_force_a_policy_and_a_forgotten_result_execute_again(tmp_path: Path) -> None:
    off = {**step("load", "source"), "policy": {"reuse": False}}
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(chain())
        assert statuses(await room.run(chain(), RunRequest(force=True))) == ["succeeded"] * 3
        assert statuses(await room.run(drawing([off]))) == ["succeeded"]
        assert await room.store.results.forget("name:Test", "load") > 0
        assert statuses(await room.run(chain())) == ["succeeded", "reused", "reused"]


async def test_a_failed_step_leaves_nothing_to_reuse(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=Act(exit_code=3))) as room:
        for _ in range(2):
            assert statuses(await room.run(chain()))[0] == "failed"
        assert len(started(room)) == 2


async def test_unknown_code_is_never_reused(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        unknown = _without_code(room.plan(drawing([step("load", "source")])))
        for _ in range(2):
            record, _ = await room.runs.start(unknown.document, unknown)
            assert statuses(await room.over(record.id)) == ["succeeded"]
        latest = await room.store.results.latest("name:Test", "load")
        assert latest is not None
        assert latest.fingerprint.unknown.startswith("the command could not be read")


def _without_code(plan: Plan) -> Plan:
    return replace(plan, steps=tuple(replace(one, code=Code()) for one in plan.steps))


async def test_a_handed_on_value_is_reused_with_its_step(tmp_path: Path) -> None:
    def document(name: str) -> Json:
        return drawing(
            [step("load", "source"), step("fit", "train", target="y"), step("judge", "evaluate"), step("keep", name)],
            [
                edge("load.data -> fit.train"),
                edge("fit.model -> judge.model"),
                edge("load.data -> judge.test"),
                edge("judge.pass -> keep.model"),
            ],
        )

    catalog = Catalog([*CATALOG.all(), entry("enlist", inputs=[port("model", "model")], outputs=[port("version")])])
    acts = act(
        fit=Act(outputs={"model.bin": "weights", "metrics.json": "{}"}),
        judge=Act(outputs={"pass": "", "metrics.json": "{}"}),
    )
    async with instant_engine_room(tmp_path, catalog, acts) as room:
        await room.run(document("register"))
        state = await room.run(document("enlist"))
        assert statuses(state) == ["reused", "reused", "reused", "succeeded"]
        fit, enlist = started(room)[1], started(room)[-1]
        assert argument(enlist, "model") == output_of(fit, "model.bin")
        rewrite(output_of(fit, "model.bin"), "other")
        state = await room.run(document("enlist"))
        assert statuses(state)[1:3] == ["succeeded", "succeeded"]  # what judge hands on has changed too


async def test_a_reused_run_after_a_restart_hands_on_what_was_reused(tmp_path: Path) -> None:
    document = drawing([step("load", "source"), step("slow", "join")], [edge("load.data -> slow.data")])
    async with instant_engine_room(tmp_path, CATALOG, act(slow=Act(hangs=True))) as room:
        await room.run(drawing([step("load", "source")]))
        run_id = await room.start(document)
        await room.until(run_id, lambda state: step_of(state, "slow").status == "running")
        await room.restart(crash=True)
        await room.runs.cancel(run_id)
        state = await room.over(run_id)
        assert statuses(state) == ["reused", "cancelled"]


class TestDataFiles:
    """A parameter that names data files."""

    @staticmethod
    def catalog() -> Catalog:
        location = {"type": "string", "default": "", "x-octopus-data": True}
        return Catalog([entry("ingest", outputs=[port("data")], properties={"location": location})])

    async def test_touching_a_data_file_changes_nothing_and_changing_it_does(self, tmp_path: Path) -> None:
        data = tmp_path / "in.csv"
        rewrite(data, "1")
        document = drawing([step("load", "ingest", location=str(tmp_path / "*.csv"))])
        async with instant_engine_room(tmp_path / "room", self.catalog(), act()) as room:
            await room.run(document)
            os.utime(data)
            assert statuses(await room.run(document)) == ["reused"]
            rewrite(data, "2")
            assert statuses(await room.run(document)) == ["succeeded"]
            rewrite(tmp_path / "another.csv", "3")
            assert statuses(await room.run(document)) == ["succeeded"]

    @pytest.mark.parametrize("location", ["https://example.org/a.csv", "/there/is/no/such/file", "sqlite:////x.db"])
    async def test_what_is_no_file_here_is_never_reused(self, tmp_path: Path, location: str) -> None:
        document = drawing([step("load", "ingest", location=location)])
        async with instant_engine_room(tmp_path, self.catalog(), act()) as room:
            await room.run(document)
            assert statuses(await room.run(document)) == ["succeeded"]

    async def test_no_location_is_a_known_one(self, tmp_path: Path) -> None:
        async with instant_engine_room(tmp_path, self.catalog(), act()) as room:
            await room.run(drawing([step("load", "ingest")]))
            assert statuses(await room.run(drawing([step("load", "ingest")]))) == ["reused"]

    async def test_a_file_that_changes_while_the_step_runs_makes_its_result_unknown(self, tmp_path: Path) -> None:
        data = tmp_path / "in.csv"
        rewrite(data, "1")

        def changing(_: AttemptSpec) -> Act:
            rewrite(data, data.read_text() + "1")
            return GOOD

        document = drawing([step("load", "ingest", location=str(data))])
        async with instant_engine_room(tmp_path / "room", self.catalog(), changing) as room:
            await room.run(document)
            latest = await room.store.results.latest("name:Test", "load")
            assert latest is not None
            assert latest.fingerprint.unknown == "a data file changed while the step ran"
            assert statuses(await room.run(document)) == ["succeeded"]


async def test_a_look_up_waits_for_no_slot(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(busy=Act(hangs=True)), max_steps=1) as room:
        await room.run(chain())
        busy = await room.start(drawing([step("busy", "gather")]))
        await room.until(busy, lambda state: step_of(state, "busy").status == "running")
        assert statuses(await room.run(chain())) == ["reused"] * 3
        await room.runs.cancel(busy)
        await room.over(busy)


async def test_an_mlflow_run_of_an_attempt_tells_what_was_executed(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        await room.run(drawing([step("load", "source")]))
        child: NewRun = mlflow_runs(room)[1].new
        assert child.tags["octopus.project_digest"] == "sha256:p"


@pytest.mark.parametrize(("pure", "times"), [(False, 1), (True, 3)])
async def test_a_step_with_outside_effects_is_never_done_twice_side_by_side(
    tmp_path: Path, pure: bool, times: int
) -> None:
    notify = entry("notify", outputs=[port("data")])
    step_type = notify.step_type.model_copy(update={"pure": pure})
    catalog = Catalog([notify.model_copy(update={"step_type": step_type})])
    async with instant_engine_room(tmp_path, catalog, act(tell=HANGING), max_steps=4) as room:
        runs = [await room.start(drawing([step("tell", "notify")])) for _ in range(3)]
        for run_id in runs:
            await room.until(run_id, lambda state: step_of(state, "tell").status != "pending")
        await room.until(runs[0], lambda _: len(started(room)) >= times)
        let_go(room)
        ends = [statuses(await room.over(run_id))[0] for run_id in runs]
        assert (ends.count("succeeded"), ends.count("reused")) == (times, 3 - times)
        assert len(started(room)) == times


async def test_who_waits_for_another_that_fails_does_it_itself(tmp_path: Path) -> None:
    notify = entry("notify", outputs=[port("data")])
    catalog = Catalog([notify.model_copy(update={"step_type": notify.step_type.model_copy(update={"pure": False})})])
    acts = in_turn(Act(hangs=True, exit_code=3), GOOD)
    async with instant_engine_room(tmp_path, catalog, acts) as room:
        first = await room.start(drawing([step("tell", "notify")]))
        await room.until(first, lambda state: step_of(state, "tell").status == "running")
        second = await room.start(drawing([step("tell", "notify")]))
        await room.until(second, lambda state: step_of(state, "tell").status == "queued")
        let_go(room)
        assert statuses(await room.over(first)) == ["failed"]
        assert statuses(await room.over(second)) == ["succeeded"]


async def test_an_outside_effect_under_way_from_before_a_restart_is_waited_for_too(tmp_path: Path) -> None:
    notify = entry("notify", outputs=[port("data")])
    catalog = Catalog([notify.model_copy(update={"step_type": notify.step_type.model_copy(update={"pure": False})})])
    async with instant_engine_room(tmp_path, catalog, act(tell=HANGING)) as room:
        first = await room.start(drawing([step("tell", "notify")]))
        await room.until(first, lambda state: step_of(state, "tell").status == "running")
        await room.restart(crash=True)
        await room.until(first, lambda _: bool(room.runs._host.flights._under_way))
        second = await room.start(drawing([step("tell", "notify")]))
        await room.until(second, lambda state: step_of(state, "tell").status == "queued")
        let_go(room)
        assert statuses(await room.over(first)) == ["succeeded"]
        assert statuses(await room.over(second)) == ["reused"]
