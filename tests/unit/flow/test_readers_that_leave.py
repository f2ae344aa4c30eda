"""Readers of a run that says nothing for long: those that have left are forgotten."""

import asyncio

from octopus.flow.run import FlowRun


def test_a_reader_that_leaves_while_it_waits_leaves_nothing_behind() -> None:
    asyncio.run(_one_leaves_one_stays())


async def _one_leaves_one_stays() -> None:
    run = FlowRun("flow")

    async def read() -> list[str]:
        return [message async for message in run.follow()]

    leaving, staying = asyncio.create_task(read()), asyncio.create_task(read())
    await asyncio.sleep(0)
    assert len(run._bells) == 2
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert len(run._bells) == 1
    run.end("success", "complete", {"completed": True})
    assert len(await staying) == 1
