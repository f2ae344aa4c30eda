"""The parts of a fingerprint as a person calls them."""

_PLAIN = {"type": "the step's type", "code": "its code", "environment": "its environment"}
_NAMED = {"parameter": ("parameter", "parameters"), "input": ("input", "inputs"), "data": ("data of", "data of")}


def changed_words(changed: tuple[str, ...]) -> str:
    """Why there is no result with this fingerprint, where the latest one differs in `changed`."""
    if not changed:
        return "its earlier result was forgotten"
    words = [_PLAIN[part] for part in changed if part in _PLAIN]
    for kind, (one, several) in _NAMED.items():
        if names := [part.partition(":")[2] for part in changed if part.startswith(f"{kind}:")]:
            words.append(f"{one if len(names) == 1 else several} {', '.join(names)}")
    return f"changed since its last result: {'; '.join(words)}"
