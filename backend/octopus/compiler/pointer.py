"""JSON pointers (RFC 6901): where in a document something is."""


def pointer(*parts: str | int) -> str:
    """`pointer("steps", 2, "params", "a/b")` is `/steps/2/params/a~1b`; without parts the whole document, ``."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
