"""From Python source typed in the browser to a function, inside the step's own process and nowhere else."""

import linecache
import types
from collections.abc import Callable
from typing import Any


def own_function(source: str, parameter: str, name: str | None = None) -> Callable[..., Any]:
    """The function called `name`, or the last one that the source defines at top level. `parameter`: where the source
    was typed, for tracebacks. Raises ValueError if the source does not compile or defines no such function."""
    place = f"<{parameter}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    try:
        code = compile(source, place, "exec")
    except SyntaxError as fault:
        raise ValueError(f"{parameter} is not valid Python: {fault.msg} in line {fault.lineno}") from fault
    module = types.ModuleType(f"octopus_own_{parameter}")
    exec(code, module.__dict__)  # noqa: S102  running the user's own function is what a code parameter is for
    own = [value for value in vars(module).values() if isinstance(value, types.FunctionType)]
    own = [function for function in own if function.__module__ == module.__name__ and name in (None, function.__name__)]
    if not own:
        raise ValueError(f"{parameter} defines no function{f' {name}' if name else ''}")
    return own[-1]
