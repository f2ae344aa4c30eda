"""Written once as a coroutine, offered twice: an object that waits answers the value, one that is awaited a coroutine.

`Client` and `AsyncClient`, `Run` and `AsyncRun` differ in nothing else, so nothing of them is written twice.
"""

import functools
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from octopus.sdk.portal import Portal, pass_on

P = ParamSpec("P")
T = TypeVar("T")


class Waiting:
    """Its calls wait for their answer, on the loop of `portal`."""

    _portal: Portal


class Awaited:
    """Its calls are awaited. `portal` None: they run on the caller's own loop."""

    _portal: Portal | None


class both(Generic[P, T]):  # noqa: N801 - a decorator
    """A method `async def f(self, ...) -> T` as `f(...) -> T` of a Waiting object, and as it is of an Awaited one."""

    def __init__(self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> None:
        functools.update_wrapper(self, function)  # type: ignore[arg-type]
        self._function = function

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Waiting, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Awaited, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, instance: Waiting | Awaited | None, owner: type) -> Any:
        if instance is None:
            return self
        return _offered(self._function, instance, _answer)


class both_iterate(Generic[P, T]):  # noqa: N801 - a decorator
    """The same for `async def f(self, ...)` that yields."""

    def __init__(self, function: Callable[Concatenate[Any, P], AsyncGenerator[T, None]]) -> None:
        functools.update_wrapper(self, function)  # type: ignore[arg-type]
        self._function = function

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Waiting, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, instance: Awaited, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, instance: Waiting | Awaited | None, owner: type) -> Any:
        if instance is None:
            return self
        return _offered(self._function, instance, _items)


def _answer(instance: Waiting | Awaited, work: Coroutine[Any, Any, T]) -> Any:
    if isinstance(instance, Waiting):
        return instance._portal.call(work)
    return work if instance._portal is None else instance._portal.hop(work)


def _items(instance: Waiting | Awaited, items: AsyncGenerator[T, None]) -> Any:
    if isinstance(instance, Waiting):
        return instance._portal.iterate(items)
    return pass_on(items) if instance._portal is None else instance._portal.hop_each(items)


def _offered(
    function: Callable[..., Any], instance: Waiting | Awaited, hand_over: Callable[[Any, Any], Any]
) -> Callable[..., Any]:
    """With the name, text and signature of the method, for help() and completion."""

    def bound(*args: Any, **named: Any) -> Any:
        return hand_over(instance, function(instance, *args, **named))

    functools.update_wrapper(bound, function)
    signature = inspect.signature(function)
    bound.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]
    return bound
