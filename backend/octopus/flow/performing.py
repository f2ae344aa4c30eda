"""Attempt: one execution of a node, its hooks and body and all further calls that were asked for, from before_edge to
after_edge. What becomes of the rest of the flow is the engine's business."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from octopus.flow.blueprint import Place
from octopus.flow.bodies import awaited
from octopus.flow.control import CancelFlowException, GrantedRetry, RetryNodeException, SkipNodeException
from octopus.flow.in_thread import portable
from octopus.flow.stage import NO_PORTS, Outcome, Stage
from octopus.flow.state import FlowState
from octopus.flow.ways import Way, edges_of


class Attempt:
    """`delivered`: the ways over which something came. `raised`: by the body's first call, if the node has begun and
    the call was made already."""

    def __init__(
        self,
        stage: Stage,
        place: Place,
        iteration: int,
        delivered: Sequence[Way],
        raised: BaseException | None = None,
    ) -> None:
        self._stage = stage
        self._place = place
        self._id = place.step.node_id
        self._iteration = iteration
        self._delivered = delivered
        self._edges = edges_of(delivered)
        self._bound: FlowState = stage.state
        self._further_calls = 0
        self._emitted = NO_PORTS
        self._noted: dict[str, Any] | None = None
        self._raised_first = raised
        self._edges_move = raised is not None

    async def perform(self) -> Outcome:
        """Raises nothing but asyncio.CancelledError, when the attempt is cancelled from outside."""
        if self._stage.skips_all:
            return self._close(self._skipped(), "pending")
        listens = self._stage.hooks.listens
        while True:
            try:
                if listens:
                    await self._ask_before()
                elif self._raised_first is None:
                    self._show_beginning()
                outcome = await self._body()
                return await self._ask_after(outcome) if listens else self._show_end(outcome)
            except RetryNodeException as wish:
                if not self._may_call_again(wish):
                    return self._close(self._failed(self._gave_up()), "error")
                self._forget()
                await asyncio.sleep(wish.delay)
            except SkipNodeException:
                return self._close(self._skipped(), "pending")
            except CancelFlowException as wish:
                return self._close(Outcome("cancelled", cancels=str(wish)), "pending")
            except asyncio.CancelledError:
                self._close(Outcome("cancelled"), "pending")
                raise

    async def _ask_before(self) -> None:
        self._edges_move = True
        for edge in self._edges:
            await self._ask("before_edge", self._bind(edge))
            self._stage.run.tell_edge(*edge, "running", True)
        self._bound = self._bind()
        await self._ask("before_node", self._bound)
        self._stage.begin(self._id, self._place.note)

    def _show_beginning(self) -> None:
        self._edges_move = True
        for source, target in self._edges:
            self._stage.run.tell_edge(source, target, "running", True)
        self._stage.begin(self._id, self._place.note)

    async def _ask(self, hook: str, bound: FlowState) -> None:
        await self._stage.hooks.call(hook, bound)
        if bound.skip_current:
            raise SkipNodeException

    def _bind(self, edge: tuple[str, str] | None = None) -> FlowState:
        return self._stage.state.bound(self._place.step, self._place.node, self._iteration, edge)

    async def _body(self) -> Outcome:
        """The body, called until it asks for no further call. Its result is on the state."""
        while True:
            try:
                self._keep(await self._timed())
                return Outcome("success", self._emitted)
            except (CancelFlowException, asyncio.CancelledError):
                raise
            except SkipNodeException:
                return self._skipped()
            except Exception as exc:
                wish = exc if isinstance(exc, RetryNodeException) else None
                if wish is None or not self._may_call_again(wish):
                    outcome = await self._raised(exc if wish is None else self._gave_up())
                    if isinstance(outcome, Outcome):
                        return outcome
                    wish = outcome
                await asyncio.sleep(wish.delay)

    async def _timed(self) -> Any:
        began = time.perf_counter()
        try:
            return await self._called()
        except asyncio.CancelledError:
            if self._id in self._stage.cancelling:
                raise
            raise RuntimeError("the handler was cancelled, and not by the flow") from None
        except (KeyboardInterrupt, SystemExit, GeneratorExit) as exc:
            raise portable(exc) from exc
        finally:
            self._stage.state.node_times[self._id] = time.perf_counter() - began

    async def _called(self) -> Any:
        raised, self._raised_first = self._raised_first, None
        if raised is not None:
            raise raised
        place, context, inputs = self._place, self._stage.state.context, self._inputs()
        if place.kind == "passing":
            return place.call(context, inputs)
        if place.kind != "sync":
            return await place.call(context, inputs)
        result = await self._stage.threads.call(partial(place.call, context, inputs))
        rest = awaited(result)
        return result if rest is None else await rest

    def _inputs(self) -> dict[str, Any]:
        """Read only now: callbacks may have changed results."""
        results, carried = self._stage.state.results, self._stage.carried
        inputs: dict[str, Any] = {} if self._place.kind == "passing" else dict.fromkeys(self._place.sources)
        for way in self._delivered:
            inputs[way.source] = (carried if way.is_loop else results).get(way.source)
        return inputs

    def _keep(self, result: Any) -> None:
        branches = self._place.branches
        if self._place.kind == "simulated":
            value, self._emitted = result, branches.first()
        else:
            value, self._emitted = branches.split(result)
        self._stage.state.results[self._id] = value

    async def _raised(self, exc: Exception) -> Outcome | RetryNodeException:
        """The body failed with `exc`: ask on_error. Answers the wish for another call if it is granted."""
        failed = self._failed(exc)
        try:
            await self._stage.hooks.call("on_error", self._bound, exc)
        except RetryNodeException as wish:
            if self._may_call_again(wish):
                self._forget()
                return wish
        except SkipNodeException:
            return self._skipped()
        except CancelFlowException as wish:
            return Outcome("error", reason=failed.reason, cancels=str(wish))
        return failed

    def _show_end(self, outcome: Outcome) -> Outcome:
        return self._close(outcome, "error" if outcome.status == "error" else "success")

    async def _ask_after(self, outcome: Outcome) -> Outcome:
        self._bound.skip_current = outcome.status == "skipped"
        outcome = await self._steered("after_node", self._bound, outcome)
        self._tell(outcome)
        for edge in self._edges:
            self._stage.run.tell_edge(*edge, "error" if outcome.status == "error" else "success")
            before, outcome = outcome, await self._steered("after_edge", self._bind(edge), outcome)
            if outcome.status != before.status:
                self._tell(outcome)
        return outcome

    async def _steered(self, hook: str, bound: FlowState, outcome: Outcome) -> Outcome:
        """`outcome`, unless the hook makes it another."""
        try:
            await self._stage.hooks.call(hook, bound)
        except SkipNodeException:
            return self._skipped(outcome.cancels)
        except CancelFlowException as wish:
            return outcome._replace(cancels=str(wish))
        return outcome

    def _skipped(self, cancels: str | None = None) -> Outcome:
        self._forget()
        return Outcome("skipped", self._place.branches.every, cancels=cancels)

    def _failed(self, exc: Exception) -> Outcome:
        self._forget()
        self._stage.state.add_error(exc, self._id)
        self._noted = self._stage.state.errors[-1]
        return Outcome("error", reason=self._noted["message"])

    def _forget(self) -> None:
        """An error that was not the last word is none."""
        if self._noted is not None:
            self._stage.state.errors.remove(self._noted)
            self._noted = None

    def _close(self, outcome: Outcome, edges: str) -> Outcome:
        self._tell(outcome)
        for edge in self._edges if self._edges_move else ():
            self._stage.run.tell_edge(*edge, edges)
        return outcome

    def _tell(self, outcome: Outcome) -> None:
        """Of a cancelled node the engine tells."""
        if outcome.status == "cancelled":
            return
        if outcome.status != "success":
            self._stage.state.results.pop(self._id, None)
        self._stage.end(self._id, outcome.status, outcome.reason or self._place.note)

    def _may_call_again(self, wish: RetryNodeException) -> bool:
        if not isinstance(wish, GrantedRetry) and self._further_calls >= wish.max_retries:
            return False
        self._further_calls += 1
        return True

    def _gave_up(self) -> Exception:
        calls = self._further_calls + 1
        return RuntimeError(f"gave up after {calls} {'call' if calls == 1 else 'calls'}")
