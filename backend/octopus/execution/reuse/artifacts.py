"""Whether the artifacts of an earlier result are still there and still what they were. Changes nothing."""

from pathlib import Path

from octopus.domain.event import ArtifactRef
from octopus.domain.results import StepResultRecord
from octopus.execution.reuse.content import ContentDigests, size_bytes
from octopus.execution.values import place_of

MANIFEST = "_manifest.json"
"""Written last: outputs without one are not whole."""


def fault_of(result: StepResultRecord, contents: ContentDigests) -> str | None:
    """Why the result cannot be reused, as a clause after "its earlier result is gone: "; None if it is whole. Reads
    files: to be called in a thread."""
    if result.outputs_dir is None:
        return "its artifacts are not on this machine"
    outputs = Path(result.outputs_dir)
    if not (outputs / MANIFEST).is_file():
        return f"{outputs / MANIFEST} was deleted"
    values = [ref for ref in result.artifacts if ref.port is not None]
    return next((fault for ref in values if (fault := _fault(ref, outputs, contents)) is not None), None)


def _fault(ref: ArtifactRef, outputs: Path, contents: ContentDigests) -> str | None:
    place = place_of(ref, outputs)
    if place is None:
        return f"{ref.uri} is not on this machine"
    if ref.digest is None:
        return f"the content of {ref.path} was never digested"
    try:
        if ref.size_bytes is not None and size_bytes(place) != ref.size_bytes:
            return f"{place} was changed"
        return None if contents.of(place) == ref.digest else f"{place} was changed"
    except FileNotFoundError:
        return f"{place} was deleted"
    except OSError as error:
        return f"{place} cannot be read: {error.strerror or error}"
