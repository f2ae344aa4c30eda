"""Names of shell variables for what has a name of its own."""

import re
from collections.abc import Iterable


def shell_names(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Per name a variable that no other has: `a-b` and `a.b` are not the same."""
    found: dict[str, str] = {}
    for name in names:
        wanted = prefix + re.sub("[^A-Za-z0-9_]", "_", name)
        taken, variable, number = set(found.values()), wanted, 2
        while variable in taken:
            variable, number = f"{wanted}_{number}", number + 1
        found[name] = variable
    return found
