"""A step that says when its first line runs, and when its last one does."""

import time

print(f"first {time.time_ns()}")
print(f"last {time.time_ns()}")
