#!/usr/bin/env bash
# @NAME@
@DESCRIPTION@#
# The pipeline as a script, made by octopus: every step is the `mlflow run` below, one after the other, with data handed
# on as octopus does; no octopus server is needed. The Python at the end keeps the books: what the parameters receive,
# which branches were chosen, which loops go round, and the runs in MLflow. Start it where `python3` and `mlflow` are
# those of the environment that the steps need:
#
#     bash @FILENAME@
#
# It ends with 0 if the run succeeded, 1 if it failed. Environment variables:
#   MLFLOW_TRACKING_URI  where runs are recorded; without it in mlflow.db in the current folder
#   OCTOPUS_STEPS        folder of octopus' own steps, if they are not installed with this Python
#   OCTOPUS_BIN          folder of the `mlflow` and `python` that run the steps, if not python3's
#   PYTHON               another Python than python3

set -uo pipefail
PYTHON=${PYTHON:-python3}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# ----------------------------------------------------------------------------------------------------------------------
# The MLflow Projects

@PROJECTS@

# ----------------------------------------------------------------------------------------------------------------------
# The steps. EXPERIMENT_ID, RUN_ID, STORAGE and the INPUT_ and PARAM_ variables are set anew for every attempt.

@STEPS@
# ----------------------------------------------------------------------------------------------------------------------
# The order

main() {
  local todo=(@ORDER@) step
  while [ ${#todo[@]} -gt 0 ]; do
    for step in "${todo[@]}"; do
      run_step "$step"
    done
    ask again # loops that go round
    read -r -a todo <<<"$ANSWER"
  done
  ask close
  exit "$ANSWER"
}

run_step() {
  local step=$1 attempt=1 code
  ask begin "$step"
  [ "$ANSWER" = run ] || return 0
  while :; do
    ask prepare "$step" "$attempt"
    set -m # the attempt gets a process group of its own
    in_folder "$ANSWER" "step_$step" </dev/null 3>&- 4<&- &
    CHILD=$!
    set +m
    wait "$CHILD"
    code=$?
    CHILD=
    ask finish "$step" "$attempt" "$code"
    [ "$ANSWER" = done ] && return
    sleep "$ANSWER" # before the next attempt
    attempt=$((attempt + 1))
  done
}

in_folder() {
  cd "$1" || exit
  . ./attempt.sh
  "$2"
}

# Every step calls this: the command is shown and noted down, then executed, within its time limit if it has one.
mlflow() {
  printf '%s\0' "$@" >command
  printf '$ mlflow'
  printf ' %q' "$@"
  printf '\n'
  if [ -n "$LIMIT_S" ]; then
    exec timeout --signal=INT --kill-after=10 "$LIMIT_S" mlflow "$@"
  fi
  exec mlflow "$@"
}

# One question to the bookkeeper, one line of ANSWER.
ask() {
  if ! { echo "$@" >&3 && IFS= read -r ANSWER <&4; }; then
    echo "The bookkeeping ended unexpectedly; see above." >&2
    exit 70
  fi
}

# Ctrl+C, or a request to end: the step's processes end first, then its runs in MLflow are closed.
cancel() {
  trap '' INT TERM
  if [ -n "$CHILD" ]; then
    kill -INT -- "-$CHILD"
    (sleep 10 && kill -KILL -- "-$CHILD") >/dev/null 2>&1 3>&- 4<&- &
    wait "$CHILD"
    kill -KILL -- "-$CHILD" 2>/dev/null # what it left behind
  fi
  ask cancel
  exit 130
}

# ----------------------------------------------------------------------------------------------------------------------
# The bookkeeper

command -v "$PYTHON" >/dev/null || { echo "There is no $PYTHON here; set PYTHON." >&2 && exit 127; }
CHILD=
WORK=$(mktemp -d) || exit
trap 'exec 3>&- 4<&-; wait "$BOOKKEEPER"; rm -rf "$WORK"' EXIT
mkfifo "$WORK/questions" "$WORK/answers"
cat >"$WORK/bookkeeper.py" <<'@FENCE@'
@PROGRAM@
@FENCE@
"$PYTHON" "$WORK/bookkeeper.py" "$WORK" @PLACES@ &
BOOKKEEPER=$!
exec 4<"$WORK/answers" 3>"$WORK/questions"
trap cancel INT TERM
main
