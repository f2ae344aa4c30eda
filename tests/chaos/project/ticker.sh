# ticker.sh LINES PAUSE_S: prints "tick 1 of LINES" ... and pauses after every fiftieth line.
i=1
while [ "$i" -le "$1" ]; do
  echo "tick $i of $1"
  [ $((i % 50)) -eq 0 ] && sleep "$2"
  i=$((i + 1))
done
