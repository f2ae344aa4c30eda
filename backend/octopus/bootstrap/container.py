"""The container: what a server is made of, wired from its settings. The one place where adapters meet services."""

from dataclasses import dataclass
from typing import Any

from octopus.bootstrap.settings import Settings


@dataclass
class Container:
    settings: Settings

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
