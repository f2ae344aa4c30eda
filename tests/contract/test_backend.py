"""What every Backend promises; real processes and the fake alike."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import pytest

from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.protocol import AttemptSpec, Backend
from tests.fakes.instant_backend import Act, InstantBackend
from tests.support.attempts import Stage

pytestmark = pytest.mark.anyio


@dataclass
class Setup:
    """A backend and the means to have it do an Act."""

    stage: Stage
    is_real: bool

    def attempt(self, act: Act) -> tuple[Backend, AttemptSpec]:
        if not self.is_real:
            return InstantBackend(lambda _: act), self.stage.spec("")
        if act.refuses is not None:
            return ColdBackend(self.stage.folder / "nowhere"), self.stage.spec("")
        return ColdBackend(self.stage.bin_dir), self.stage.spec(command(act))

    def after_a_restart(self, backend: Backend) -> Backend:
        """What the next server has in the place of `backend`. The fake's attempts live only as long as the fake."""
        return ColdBackend(self.stage.bin_dir) if self.is_real else backend


def command(act: Act) -> str:
    lines = [f"echo {quote(line)}" for line in act.stdout] + [f"echo {quote(line)} >&2" for line in act.stderr]
    lines += [f'printf %s {quote(text)} > "$OCTOPUS_OUTPUTS"/{quote(name)}' for name, text in act.outputs.items()]
    lines += ["sleep 600"] if act.hangs else []
    return "\n".join([*lines, f"exit {act.exit_code}"])


@pytest.fixture(params=["cold", "fake"])
def setup(request: pytest.FixtureRequest, tmp_path: Path) -> Setup:
    return Setup(Stage(tmp_path), request.param == "cold")


async def test_an_attempt_prints_into_its_log_writes_its_outputs_and_ends_well(setup: Setup) -> None:
    act = Act(stdout=("one", "it's two", ""), outputs={"data.csv": "a\n1\n"})
    backend, spec = setup.attempt(act)
    end = await (await backend.start(spec, setup.stage.log_grew)).wait()
    assert (end.exit_code, end.lost, end.cancelled) == (0, False, False)
    assert setup.stage.lines(spec) == [("stdout", "one"), ("stdout", "it's two"), ("stdout", "")]
    assert setup.stage.growths > 0
    assert content(Path(spec.env["OCTOPUS_OUTPUTS"], "data.csv")) == "a\n1\n"


async def test_a_failure_has_the_steps_own_code_and_last_word(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("trying",), stderr=("warning", "no such column"), exit_code=3))
    end = await (await backend.start(spec, setup.stage.log_grew)).wait()
    assert (end.exit_code, end.lost, end.last_stderr) == (3, False, "no such column")


async def test_the_end_can_be_asked_for_again_and_by_several(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(exit_code=3))
    attempt = await backend.start(spec, setup.stage.log_grew)
    ends = await asyncio.gather(attempt.wait(), attempt.wait())
    assert [*ends, await attempt.wait()] == [ends[0]] * 3


async def test_a_cancelled_attempt_ends_and_says_so(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("here",), hangs=True))
    attempt = await backend.start(spec, setup.stage.log_grew)
    await setup.stage.until_printed(spec, "here")
    await asyncio.gather(attempt.cancel(5), attempt.cancel(5))
    end = await attempt.wait()
    assert end.cancelled
    assert end.exit_code != 0
    assert ("stdout", "here") in setup.stage.lines(spec)


async def test_a_cancel_after_the_end_changes_nothing(setup: Setup) -> None:
    backend, spec = setup.attempt(Act())
    attempt = await backend.start(spec, setup.stage.log_grew)
    end = await attempt.wait()
    await attempt.cancel(5)
    assert await attempt.wait() == end
    assert not end.cancelled


async def test_what_cannot_be_started_raises_an_os_error(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(refuses=FileNotFoundError(2, "No such file or directory")))
    with pytest.raises(OSError, match="No such file or directory"):
        await backend.start(spec, setup.stage.log_grew)


async def test_a_running_attempt_is_found_again_and_can_be_ended(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("here",), hangs=True))
    first = await backend.start(spec, setup.stage.log_grew)
    await setup.stage.until_printed(spec, "here")
    found = await setup.after_a_restart(backend).reattach(spec.directory, setup.stage.log_grew)
    assert found is not None
    await found.cancel(5)
    end = await found.wait()
    assert end.cancelled
    assert await first.wait() == end
    assert setup.stage.lines(spec) == [("stdout", "here")]


async def test_an_attempt_that_has_ended_is_found_with_its_end_any_number_of_times(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("one",), stderr=("no such column",), exit_code=3))
    end = await (await backend.start(spec, setup.stage.log_grew)).wait()
    for _ in range(2):
        found = await setup.after_a_restart(backend).reattach(spec.directory, setup.stage.log_grew)
        assert found is not None
        await found.cancel(5)
        assert await found.wait() == end
    assert setup.stage.lines(spec)[:2] == [("stdout", "one"), ("stderr", "no such column")]


async def test_whoever_finds_an_attempt_hears_of_its_log(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("here",), hangs=True))
    await backend.start(spec, lambda: None)
    found = await setup.after_a_restart(backend).reattach(spec.directory, setup.stage.log_grew)
    assert found is not None
    await setup.stage.until_printed(spec, "here")
    await found.cancel(5)


async def test_an_attempt_that_never_began_is_not_found_and_may_be_started(setup: Setup) -> None:
    backend, spec = setup.attempt(Act(stdout=("once",)))
    assert await backend.reattach(spec.directory, setup.stage.log_grew) is None
    assert (await (await backend.start(spec, setup.stage.log_grew)).wait()).exit_code == 0
    assert setup.stage.lines(spec) == [("stdout", "once")]


def content(path: Path) -> str:
    return path.read_text("utf-8")
