"""What the supervisor is told: the spec, read once, and the requests that may come at any time."""

import json
import os

from octopus.execution import attempt_files


class Orders:
    """The part of spec.json that is for the supervisor. `timeout_s`, `log_cap_bytes` None: no limit."""

    def __init__(self, directory: str) -> None:
        with open(os.path.join(directory, attempt_files.SPEC), encoding="utf-8") as file:
            spec = json.load(file)
        self.command: list[str] = [str(word) for word in spec["command"]]
        self.cwd = str(spec["cwd"])
        self.timeout_s: float | None = spec["timeout_s"]
        self.grace_s: float = spec["grace_s"]
        self.log_cap_bytes: int | None = spec["log_cap_bytes"]


class Requests:
    """The files by which somebody asks for something while the step runs."""

    def __init__(self, directory: str) -> None:
        self._cancel = os.path.join(directory, attempt_files.CANCEL)
        self._cap = os.path.join(directory, attempt_files.CAP)
        self._heard: tuple[int, int] | None = None

    def new_cancel(self, usual_grace_s: float) -> float | None:
        """The grace in seconds if the step is to end and that has not been answered before."""
        try:
            facts = os.stat(self._cancel)
        except OSError:
            return None
        request = (facts.st_ino, facts.st_mtime_ns)
        if request == self._heard:
            return None
        self._heard = request
        return self._grace_s(usual_grace_s)

    def cap_is_wanted(self) -> bool:
        return os.path.exists(self._cap)

    def _grace_s(self, usual: float) -> float:
        """A request that cannot be read is a request all the same."""
        try:
            with open(self._cancel, encoding="utf-8") as file:
                return max(0.0, float(json.load(file)["grace_s"]))
        except (OSError, ValueError, KeyError, TypeError):
            return usual
