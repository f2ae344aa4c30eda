"""A program whose own modules have names that other packages have too; what is beside the program comes first."""

# ruff: noqa: I001 - which of these are whose is the question
import json
import multiprocessing
import os
import pickle
import sys
from pathlib import Path

import click
import fractions
import octopus
import pandas
import utils
import yaml

MODULES = (click, fractions, octopus, pandas, utils, yaml)


class Parcel:
    def __init__(self, content: str) -> None:
        self.content = content


def unpacked(parcel: Parcel) -> list[str]:
    return [parcel.content, *(module.WHOSE for module in MODULES)]


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (elsewhere,) = pool.map(unpacked, [Parcel("across")])
    told = {
        "here": unpacked(pickle.loads(pickle.dumps(Parcel("here")))),
        "elsewhere": elsewhere,
        "files": [module.__file__ for module in MODULES],
        "path": sys.path,
        "orig_argv": sys.orig_argv,
        "buffering": [sys.stdout.line_buffering, sys.stdout.write_through],
        "compiled": sorted(path.name for path in Path("shadows", "__pycache__").iterdir()),
    }
    Path(os.environ["OCTOPUS_OUTPUTS"], "told.json").write_text(json.dumps(told))
    print("the last word on stdout")
    sys.stdout.close()
