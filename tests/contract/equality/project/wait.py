"""`python wait.py HOW`: waits until somebody interrupts it; `politely`: and then tidies up."""

import signal
import sys
import threading


def tidy_up(number: int, frame: object) -> None:
    print("tidied up after", signal.Signals(number).name)
    sys.exit(7)


if sys.argv[1] == "politely":
    signal.signal(signal.SIGINT, tidy_up)
print("ready")
threading.Event().wait()
