"""OCTOPUS_OUTPUTS -> which file or folder belongs to which port. Pure reading: changes nothing."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from octopus.domain.tracking import OutputSpec

MANIFEST = "_manifest.json"
METRICS = "_metrics.json"


class Fault(Exception):
    """Why the outputs of an attempt cannot be accepted, as a sentence for the author of the step."""


@dataclass(slots=True)
class Written:
    """What an attempt wrote. `ports`: by port name; `others`: names that are no port's value."""

    ports: dict[str, Path] = field(default_factory=dict)
    others: list[Path] = field(default_factory=list)


def written(outputs_dir: Path, outputs: list[OutputSpec]) -> Written:
    """`<port>` and `<port>.<ext>` belong to a port; names with `_` in front never do. Raises Fault."""
    names, found = {spec.name for spec in outputs}, Written()
    for entry in sorted(outputs_dir.iterdir()) if outputs_dir.is_dir() else []:
        port = entry.name.partition(".")[0]
        if entry.name.startswith("_") or port not in names:
            found.others.append(entry)
        elif port in found.ports:
            raise Fault(
                f"The output port {port} was written twice: {found.ports[port].name} and {entry.name}. "
                "Write one file or folder per port."
            )
        elif not is_text(entry.name):
            raise Fault(f"The name of the output {entry.name!r} is no UTF-8. Give it another one.")
        elif entry.is_symlink():
            raise Fault(f"The output {entry.name} is a symbolic link. Write a file or folder instead.")
        else:
            found.ports[port] = entry
    return found


def is_text(name: str) -> bool:
    """A file name may be bytes that are no UTF-8, which Python hands over as surrogates: no JSON can tell of it."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def extra_metrics(outputs_dir: Path) -> dict[str, float]:
    """The numbers in `_metrics.json`; none if there is no such file. Raises Fault."""
    path = outputs_dir / METRICS
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise Fault(f"{METRICS} is not readable JSON: {error}.") from error
    if not isinstance(content, dict):
        raise Fault(f"{METRICS} must hold one JSON object of numbers.")
    return {name: _number(name, value) for name, value in content.items()}


def _number(name: str, value: object) -> float:
    """Also the texts that stand for what JSON has no numbers for."""
    if isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity"):
        return math.nan if value == "NaN" else math.copysign(math.inf, -1 if value.startswith("-") else 1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault(f"{METRICS} must be flat numbers, but {name} is {json.dumps(value)[:100]}.")
    return float(value)
