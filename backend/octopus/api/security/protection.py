"""Every route, WebSocket and mount declares how it is protected; an app with an undeclared one does not start."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from fastapi.routing import iter_route_contexts
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


def protection_of(path: str, target: object) -> Protection:
    """What an endpoint or mounted app declared; UndeclaredProtection if nothing."""
    found = getattr(target, _MARK, None)
    if not isinstance(found, Protection):
        raise UndeclaredProtection(f"{path} does not declare its protection")
    return found


def declared(routes: Sequence[BaseRoute]) -> dict[str, Protection]:
    """Every route, WebSocket and mount with its protection. Raises UndeclaredProtection."""
    found: dict[str, Protection] = {}
    for route in iter_route_contexts(routes):
        path = str(route.path)
        original = route.original_route
        protection = protection_of(path, original.app if isinstance(original, Mount) else route.endpoint)
        if found.setdefault(path, protection) is not protection:
            raise UndeclaredProtection(f"{path} is open with one method and not with another")
    return found


def open_paths(routes: Sequence[BaseRoute]) -> frozenset[str]:
    """Paths that need no token. Raises UndeclaredProtection; only a whole literal path may be open."""
    paths = {path for path, protection in declared(routes).items() if protection is Protection.OPEN}
    for path in paths:
        if "{" in path or not path.startswith("/api/"):
            raise UndeclaredProtection(f"{path} is open, but only a literal path of the API may be")
    return frozenset(paths)
