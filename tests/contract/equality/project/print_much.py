"""Output in every form that is not a plain line, and then very much of it."""

import logging
import os
import sys
import time
import warnings
from pathlib import Path

import careless

LOG = Path(os.environ["OCTOPUS_EVENTS"]).with_name("log")
FLOOD = 20_000


def until_logged(text: str) -> None:
    while text not in LOG.read_text("utf-8", "replace"):
        time.sleep(0.01)


def take_turns() -> None:
    """The two streams are two pipes: their order is certain only where one waits for the other."""
    for number in range(3):
        print(f"turn {number} of stdout")
        until_logged(f"turn {number} of stdout")
        print(f"turn {number} of stderr", file=sys.stderr)
        until_logged(f"turn {number} of stderr")


def odd_bytes() -> None:
    sys.stdout.buffer.write(b"\xff\xfe not text \x00\x1b[31m red\n")
    sys.stdout.buffer.write(b"carriage\rreturn\r\n\n\n")
    sys.stdout.buffer.flush()
    os.write(1, "🐙 ä 漢字\n".encode())
    print("a", "b", sep="\n", end="")
    print("c")


def said_by_others() -> None:
    warnings.warn("beware", stacklevel=1)
    warnings.warn("beware", stacklevel=1)
    warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    careless.deprecated()
    logging.warning("through the root logger")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(processName)s %(threadName)s %(message)s")
    logging.getLogger("step").info("configured too late")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", force=True)
    logging.getLogger("step").info("configured")
    print(repr(sys.stdin.read()), sys.stdin.readline() == "")


if __name__ == "__main__":
    take_turns()
    odd_bytes()
    said_by_others()
    for number in range(FLOOD):
        print("out", number)
        print("err", number, file=sys.stderr)
    sys.stdout.write("x" * 1_000_000)
    sys.exit(3)
