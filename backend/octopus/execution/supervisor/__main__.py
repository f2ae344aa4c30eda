"""`python -m octopus.execution.supervisor <attempt directory>`: a supervisor as a program of its own."""

import os
import sys

from octopus.execution.supervisor.complaint import complain
from octopus.execution.supervisor.life import live

USAGE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        complain("usage: python -m octopus.execution.supervisor <attempt directory>")
        return USAGE
    return live(os.path.abspath(arguments[0]))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    os._exit(code)  # taking Python apart would only keep the server waiting
