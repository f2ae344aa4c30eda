"""`python -m octopus.features.mlflow_ui.guardian <command...>`: runs a command in a process group of its own that ends
with the octopus server, however that ends. MLflow starts processes of its own; killing the first one is not enough."""

import ctypes
import os
import signal
import subprocess
import sys
from types import FrameType

PR_SET_PDEATHSIG = 1


def main() -> int:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _end_group)
    parent = int(os.environ["OCTOPUS_GUARDED_BY"])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The server may have died before the request above was in force.
    if os.getppid() != parent:
        return 1
    return subprocess.call(sys.argv[1:])


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
