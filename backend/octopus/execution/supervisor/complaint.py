"""The supervisor's own troubles -> its log, which is its stderr. What is wrong may well be the disk: then nobody hears
of it, and nothing else goes wrong because of that."""

import sys


def complain(words: str) -> None:
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        return
