"""Everything octopus says to MLflow. `client` runs in the server and never imports mlflow; `worker` is the process that
does, and the only place outside the step library that may."""
