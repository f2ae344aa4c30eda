set -u
python -c "import sys; print(sys.argv)" "$1"
echo "$0 ($#): $1"
echo "in $PWD, $SHLVL shells deep" >&2
exit 4
