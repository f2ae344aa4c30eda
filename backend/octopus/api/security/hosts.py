"""Under which names the server may be called, and from which pages: the defence against rebinding and foreign pages."""

from collections.abc import Iterable
from dataclasses import dataclass

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
WILDCARDS = ("0.0.0.0", "::", "[::]")  # noqa: S104 - compared with, not bound to
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Doorplate:
    """`hosts`: every Host header that is ours; `origins`: every Origin that is."""

    hosts: frozenset[str]
    origins: frozenset[str]

    def knows_host(self, host: str) -> bool:
        return host.lower() in self.hosts

    def knows_origin(self, origin: str) -> bool:
        return origin.lower() in self.origins


def doorplate(host: str, port: int, allowed_hosts: Iterable[str]) -> Doorplate:
    """Loopback names and the address listened on, with our own port; names a person has added (`name` or `name:port`),
    with our own port or that of a proxy in front, also over TLS."""
    own = [*LOOPBACK_NAMES, *([] if host in WILDCARDS else [_bracketed(host)])]
    hosts = {written for name in own for written in _with_port(name.lower(), port)}
    origins = {f"http://{name}" for name in hosts}
    for name in (added.lower() for added in allowed_hosts):
        written = {name} if _has_port(name) else {name, *_with_port(_bracketed(name), port)}
        hosts |= written
        origins |= {f"{scheme}://{one}" for scheme in DEFAULT_PORTS for one in written}
    return Doorplate(frozenset(hosts), frozenset(origins))


def _with_port(name: str, port: int) -> set[str]:
    """A default port may be left out."""
    return {f"{name}:{port}", *([name] if port == DEFAULT_PORTS["http"] else [])}


def _has_port(name: str) -> bool:
    head, colon, tail = name.rpartition(":")
    return bool(colon) and tail.isdigit() and (":" not in head or head.endswith("]"))


def _bracketed(host: str) -> str:
    """An IPv6 address as a URL writes it."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
