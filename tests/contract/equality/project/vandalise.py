"""Changes whatever a process has that the next one might get to see."""

import builtins
import json
import locale
import logging
import os
import random
import resource
import signal
import sys
import threading
import warnings

import mlflow
import numpy as np

mlflow.set_tracking_uri("sqlite:////nowhere/else.db")
mlflow.log_metric = mlflow.log_param = mlflow.start_run = None
mlflow.tracking.fluent._active_experiment_id = "vandal"
mlflow.tracking.MlflowClient.log_batch = None
np.asarray = np.mean = None
json.dumps = str
builtins.vandal = builtins.sorted = lambda *_: ["vandal"]
sys.path[:] = ["/nowhere"]
sys.modules["surroundings"] = sys.modules["click"] = json
sys.setrecursionlimit(400)
sys.excepthook = lambda *_: os.write(2, b"the vandal's excepthook\n")
os.environ.clear()
os.environ["OMP_NUM_THREADS"] = "7"
os.umask(0o777)
os.chdir("/")
random.seed(1)
np.random.seed(1)
np.seterr(all="raise")
locale.setlocale(locale.LC_ALL, "C")
logging.disable(logging.CRITICAL)
warnings.simplefilter("error")
resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))
for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGPIPE, signal.SIGCHLD):
    signal.signal(number, signal.SIG_IGN)
files = [open(os.devnull) for _ in range(20)]  # noqa: SIM115
threading.Thread(target=threading.Event().wait, daemon=True).start()
print("done")
raise KeyboardInterrupt
