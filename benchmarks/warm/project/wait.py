"""A step that goes on until the file is there."""

import sys
import time
from pathlib import Path

print("waiting")
while not Path(sys.argv[1]).exists():
    time.sleep(0.02)
