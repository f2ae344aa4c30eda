"""Every route, WebSocket and mount declares how it is protected; an app with an undeclared one does not start."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Mount

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_MARK = "__octopus_protection__"


class Protection(StrEnum):
    """`TOKEN`: only with the access token or the cookie that stands for it. `OPEN`: for everybody; shows nothing of
    anybody's work and changes nothing."""

    TOKEN = "token"  # noqa: S105 - a word, not a secret
    OPEN = "open"


class UndeclaredProtection(Exception):
    """A route was added without saying how it is protected."""


def declare(endpoint: Endpoint, protection: Protection) -> Endpoint:
    """Mark an endpoint or a mounted app."""
    setattr(endpoint, _MARK, protection)
    return endpoint


def token_required(endpoint: Endpoint) -> Endpoint:
    return declare(endpoint, Protection.TOKEN)


def open_to_all(endpoint: Endpoint) -> Endpoint:
    return declare(endpoint, Protection.OPEN)


def protection_of(route: BaseRoute) -> Protection:
    """What the route declared; UndeclaredProtection if nothing."""
    target = route.app if isinstance(route, Mount) else getattr(route, "endpoint", None)
    found = getattr(target, _MARK, None)
    if not isinstance(found, Protection):
        raise UndeclaredProtection(f"{getattr(route, 'path', route)} does not declare its protection")
    return found


def open_paths(routes: Iterable[BaseRoute]) -> frozenset[str]:
    """Paths that need no token. Only whole literal paths can be open. Raises UndeclaredProtection."""
    paths = set()
    for route in routes:
        if protection_of(route) is Protection.OPEN:
            path = str(getattr(route, "path", ""))
            if "{" in path or isinstance(route, Mount):
                raise UndeclaredProtection(f"{path} is open, but only a literal path may be")
            paths.add(path)
    return frozenset(paths)
