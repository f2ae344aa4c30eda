"""A supervisor's life: claims one attempt, runs it, records how it ended."""

import os
import signal
import time

from octopus.execution.supervisor import records, tree
from octopus.execution.supervisor.child import NotStarted, spawn
from octopus.execution.supervisor.claim import Refused, claim, mark_started
from octopus.execution.supervisor.complaint import complain
from octopus.execution.supervisor.orders import Orders
from octopus.execution.supervisor.supervision import Supervision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from octopus.execution.supervisor.child import Start

_FULL_DISK_RETRY_S = 0.5


def live(directory: str, start: "Start" = spawn) -> int:
    """Run the attempt that spec.json in `directory` describes, in this environment, until nothing of it is left. 0 when
    exit.json is written, whatever the step did; else why another supervisor has the attempt. `start`: how the process
    comes to be that the spec names."""
    try:
        claim(directory)
    except Refused as refusal:
        complain(str(refusal))
        return refusal.code
    orders = Orders(directory)
    records.reserve_exit(directory)
    mark_started(directory)
    _record(directory, _supervise(directory, orders, start))
    return 0


def _supervise(directory: str, orders: Orders, start: "Start") -> dict[str, object]:
    try:
        return Supervision(directory, orders, start).run()
    except NotStarted as failure:
        return {"lost": True, "reason": f"mlflow run could not be started: {failure}"}
    except Exception as error:
        complain(_story(error))
        tree.send(tree.descendants(os.getpid()) | tree.marked(directory), signal.SIGKILL)
        return {"lost": True, "reason": f"its supervisor failed: {type(error).__name__}: {error}"}


def _record(directory: str, end: dict[str, object]) -> None:
    """Tries until the disk takes it: until then nobody knows how the step ended."""
    while True:
        try:
            return records.write_exit(directory, end)
        except FileNotFoundError:
            return None  # somebody has removed the attempt: nobody wants to know
        except OSError as error:
            complain(f"the end cannot be recorded: {error}")
        time.sleep(_FULL_DISK_RETRY_S)


def _story(error: Exception) -> str:
    import traceback  # dear, and only wanted when octopus itself has failed

    return "".join(traceback.format_exception(error))
