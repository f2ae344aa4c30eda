"""Writes down what a program finds when it starts."""

NAMES = sorted(globals())

# ruff: noqa: E402 - what is there before anything is imported
import json
import os
import sys
from pathlib import Path

import surroundings

if __name__ == "__main__":
    seen = {"main": surroundings.main_module(globals(), NAMES), **surroundings.everything()}
    Path(os.environ["OCTOPUS_OUTPUTS"], "seen.json").write_text(json.dumps(seen))
    Path(os.environ["OCTOPUS_OUTPUTS"], "drawn.json").write_text(json.dumps(surroundings.drawn()))
    Path("litter").write_text("beside the programs")
    print(sys.argv[1:])
    print("done", file=sys.stderr)
