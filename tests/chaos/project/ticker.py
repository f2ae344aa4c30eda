"""python ticker.py LINES PAUSE_S GATE: what ticker.sh does, in Python."""

import sys
import time
from pathlib import Path

lines, pause_s, gate = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
for number in range(1, lines + 1):
    while number == lines and gate and not Path(gate).exists():
        time.sleep(0.05)
    sys.stdout.write(f"tick {number} of {lines}\n")
    if number % 50 == 0:
        time.sleep(pause_s)
