"""Which names the ports of a user's function may have."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from octopus.catalog.signature.signature import SignatureFault
from octopus.domain.ids import IDENTIFIER_PATTERN

MAX_PORTS = 32
"""On one side: as many as a card can show."""
_PORT_NAME = re.compile(IDENTIFIER_PATTERN.removesuffix("$") + r"\Z")


def check_port_name(name: str, taken: Collection[str], line: int) -> None:
    """Raises SignatureFault for one that no port can have. `taken`: what the step calls something else."""
    if _PORT_NAME.match(name) is None:
        raise SignatureFault(
            f"`{name[:80]}` cannot be the name of a port: it takes lower-case letters, digits and _, a letter first, "
            "64 at most.",
            line,
        )
    if name in taken:
        raise SignatureFault(f"No port can be called `{name}`: the step has something of that name already.", line)


def check_together(names: Sequence[str], ports: int, line: int) -> None:
    """Raises SignatureFault if a name is there twice, or if there are more ports than a card shows."""
    doubled = next((name for name, count in Counter(names).items() if count > 1), None)
    if doubled is not None:
        raise SignatureFault(f"`{doubled[:80]}` is there twice.", line)
    if ports > MAX_PORTS:
        raise SignatureFault(f"A step has at most {MAX_PORTS} ports on a side, not {ports}.", line)
