"""`python -m scripts.bootstrap build | tools | browser`: what the Makefile's targets need to be there first."""

import sys

from scripts.bootstrap import python_packages as python
from scripts.bootstrap.browser import ensure_browser
from scripts.bootstrap.command import Stop
from scripts.bootstrap.interface import interface
from scripts.bootstrap.node import node, node_modules
from scripts.bootstrap.stage import ensure

INSTALL = (python.virtual_environment, python.uv, python.runtime_packages, python.octopus)
BUILD = (*INSTALL, node, node_modules, interface)
TOOLS = (*INSTALL, python.development_packages, node, node_modules)

COMMANDS = {
    "build": lambda: ensure(BUILD),
    "tools": lambda: ensure(TOOLS),
    "browser": ensure_browser,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in COMMANDS]
    if unknown or not names:
        print(f"usage: python -m scripts.bootstrap {' | '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        for name in names:
            COMMANDS[name]()
    except Stop as stop:
        print(f"octopus: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
