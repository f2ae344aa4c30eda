"""Which loops go round again once every step has ended."""

from octopus.features.export.embedded.model import Loop, Outcome


class Loops:
    """`counts`: per loop that went round which execution its body is in. `limits`: per loop that failed the run at its
    limit the reason. `fed`: per loop the value that feeds its target."""

    def __init__(self, loops: list[Loop]) -> None:
        self.loops = loops
        self.counts: dict[str, int] = {}
        self.limits: dict[str, str] = {}
        self.fed: dict[str, str] = {}
        self._wishes: dict[str, str] = {}

    def fed_into(self, step_id: str) -> dict[str, list[str]]:
        """Per input port the values that loops put in the place of what arrived there."""
        fed: dict[str, list[str]] = {}
        for loop in self.loops:
            if loop.target == step_id and loop.id in self.fed:
                fed.setdefault(loop.target_port, []).append(self.fed[loop.id])
        return fed

    def ended(self, step_id: str, outcome: Outcome) -> None:
        """A step has ended: loops that begin at it wish to go round if their port was emitted."""
        for loop in self.loops:
            if loop.source == step_id:
                self._wishes.pop(loop.id, None)
                if outcome.status == "succeeded" and loop.source_port in outcome.ports:
                    self._wishes[loop.id] = outcome.ports[loop.source_port]

    def again(self) -> set[str]:
        """The steps to be executed once more; empty: the run is over. Loops at their limit end first, since that may
        let others go round; those that go round do so together."""
        while any(self._ended(loop) for loop in self._wishing()):
            pass
        firing = [loop for loop in self._wishing() if not self._waits(loop)]
        values = {loop.id: self._wishes.pop(loop.id) for loop in firing}
        for loop in firing:
            self._restart(loop)
        self.fed.update(values)
        repeated = {step_id for loop in firing for step_id in loop.repeats}
        for loop in self._wishing():
            if loop.source in repeated:
                del self._wishes[loop.id]
        return repeated

    def _wishing(self) -> list[Loop]:
        return [loop for loop in self.loops if loop.id in self._wishes]

    def _waits(self, loop: Loop) -> bool:
        """Inner loops and earlier ones come first."""
        return any(other in self._wishes for other in [*loop.nested, *loop.earlier])

    def _ended(self, loop: Loop) -> bool:
        if loop.id not in self._wishes or self._waits(loop):
            return False
        related = [*loop.nested, *loop.around, *loop.earlier, *loop.later]
        at_limit = self.counts.get(loop.id, 1) >= loop.max_iterations
        if not at_limit and not any(other in self.limits for other in related):
            return False
        del self._wishes[loop.id]
        times = f"{loop.max_iterations} {'iteration' if loop.max_iterations == 1 else 'iterations'}"
        reason = f"loop {loop.source} -> {loop.target} reached its limit of {times}"
        if not any(other in self.limits for other in related):
            print(reason, flush=True)
            if loop.on_limit == "fail":
                self.limits[loop.id] = reason
        return True

    def _restart(self, loop: Loop) -> None:
        """The loops inside begin to count anew; what fed them before is forgotten."""
        inside = [*loop.nested, *loop.later]
        for edge in inside:
            if edge in self.counts:
                self.counts[edge] = 1
        self.counts[loop.id] = self.counts.get(loop.id, 1) + 1
        for edge in [*inside, *loop.twins, loop.id]:
            self.fed.pop(edge, None)
        print(f"loop {loop.source} -> {loop.target}: iteration {self.counts[loop.id]} of {loop.max_iterations}")
