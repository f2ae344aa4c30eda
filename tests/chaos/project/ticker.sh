# ticker.sh LINES PAUSE_S GATE: prints "tick 1 of LINES" ... and pauses after every fiftieth line. Unless GATE is empty,
# the last one is printed when there is a file of that name.
i=1
while [ "$i" -le "$1" ]; do
  while [ "$i" -eq "$1" ] && [ -n "$3" ] && [ ! -e "$3" ]; do sleep 0.05; done
  echo "tick $i of $1"
  [ $((i % 50)) -eq 0 ] && sleep "$2"
  i=$((i + 1))
done
