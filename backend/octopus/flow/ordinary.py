"""What mostly happens to a node, by a short way: it runs for the first time, something came over all of its edges, no
callback listens, its body is awaited and returns. Whatever happens in another way is an Attempt's, also all that
follows on a body that raised."""

from octopus.flow.blueprint import Place
from octopus.flow.performing import Attempt
from octopus.flow.stage import Outcome, Stage


async def ordinary_attempt(stage: Stage, place: Place) -> Outcome:
    """The same as `Attempt.perform`, from which nobody could tell it but by the time that it takes."""
    results = stage.state.results
    stage.run.tell(place.course.begins)
    try:
        inputs = {source: results.get(source) for source in place.sources}
        value, emitted = place.branches.split(await place.call(stage.state.context, inputs))
    except BaseException as exc:
        rest = Attempt(stage, place, 1, place.into, raised=exc)
    else:
        results[place.step.node_id] = value
        stage.succeed(place)
        return Outcome("success", emitted)
    return await rest.perform()
