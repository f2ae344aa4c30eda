"""Runs a pipeline with kfp's local runner: `run_kubeflow.py <pipeline.yaml> <folder> <tracking uri>`, with the Python
that has kfp. Its containers become processes; kfp itself allows that only for components that were written in Python,
so that the check for them is switched off here."""

import sys

from kfp import components, local
from kfp.local.subprocess_task_handler import SubprocessTaskHandler

SubprocessTaskHandler.validate_not_container_component = lambda _self, _command: None
local.init(local.SubprocessRunner(use_venv=False), pipeline_root=sys.argv[2])
components.load_component_from_file(sys.argv[1])(tracking_uri=sys.argv[3])
