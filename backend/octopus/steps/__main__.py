"""`python -m octopus.steps <step> --<port>=<path> ... --<parameter>=<text> ...`: runs one step."""

import sys

from octopus.steps.runtime.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
