"""What a function's signature says of the step that runs it, or why it says nothing."""

from dataclasses import dataclass

from pydantic import JsonValue

from octopus.domain.ports import InputPort, OutputPort


@dataclass(frozen=True, slots=True)
class Signature:
    """`arguments`: a JSON Schema of type object for what is handed over by name; `required`: names without a
    default."""

    inputs: tuple[InputPort, ...]
    outputs: tuple[OutputPort, ...]
    arguments: dict[str, JsonValue]
    required: tuple[str, ...]


class SignatureFault(Exception):
    """Why no signature can be read from a source. `message`: a whole sentence; `line`: where, from 1; None: nowhere in
    particular."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
