set -u
echo "$0 ($#): $1"
echo "in $PWD, $SHLVL shells deep" >&2
exit 4
