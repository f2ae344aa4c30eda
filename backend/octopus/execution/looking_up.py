"""The first stage of an attempt: an earlier result in its place, or the fingerprint of what is to be started."""

from octopus.compiler.plan import PlannedStep
from octopus.domain.results import Fingerprint
from octopus.engine.commands import StartAttempt
from octopus.execution import endings
from octopus.execution.context import RunContext
from octopus.execution.endings import Ended
from octopus.execution.host import Host
from octopus.execution.persistence import until_stored
from octopus.execution.reuse.lookup import Hit


async def look_up(host: Host, context: RunContext, step: PlannedStep, command: StartAttempt) -> Fingerprint | Ended:
    """`step`: with the parameters as the attempt gets them. Takes no slot; waits for a database that is away."""
    key = command.key
    digests = context.values.digests(step, command.inputs)
    if key.attempt > 1 and step.mode != "reuse":
        return await host.reuse.fingerprint(step, digests)
    looked = await until_stored(lambda: host.reuse.look(step, digests, context.pipeline_key))
    if isinstance(looked.found, Hit):
        context.values.keep_result(key, looked.found.result)
        return endings.reused(host.clock(), key, looked.found)
    if step.mode != "reuse":
        return looked.fingerprint
    what = f"its earlier result was to be reused, but {looked.found.why}"
    return endings.never_started(host.clock(), key, f"{what}; run the step itself again (scope to or all)")
