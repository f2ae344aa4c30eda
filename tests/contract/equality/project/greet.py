import os
import sys
from pathlib import Path

print(os.environ.get("GREETING", "nobody said anything"), sys.argv[1:], sys.orig_argv, str(Path.cwd()))
