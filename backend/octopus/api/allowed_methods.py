"""Which methods an address knows: those of every route with this path. The framework names only the first one's."""

from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.routing import compile_path


def allowed_methods(request: Request) -> set[str]:
    """Empty if no call has this address."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path and route.methods and compile_path(route.path)[0].match(request.url.path):
            found |= route.methods
    return found
