"""Examples of a command, as the last part of its help: what people copy."""


def examples(*lines: str) -> str:
    """An epilog that keeps its lines, each a command as it is typed; what it does may follow after two spaces and #."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
