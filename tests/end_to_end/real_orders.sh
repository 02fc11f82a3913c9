#!/bin/sh
# The order that is rebuilt from a log is the one in which the real regrtest starts its tests: for a thousand random
# seeds and selections on each CPython, by libregrtest's own code in one process; and for four of them by its real
# command line and ours.
. "$(dirname "$0")/lib.sh"
: "${REBUILD_ORDERS:?the program that rebuilds orders}"
count=${BBBISECT_ORDERS:-1000}
found=
for python in $(pythons); do
  rm -rf sample; mkdir sample
  "$python" "$here/list_orders.py" "$count" 20240501 sample > cases 2> err || { cat err; fail "$python: list_orders.py"; }
  right=$("$REBUILD_ORDERS" < cases) || { printf '%s\n' "$right"; fail "$python: an order is not the one of regrtest"; }
  compared=0
  for log in sample/*.log; do
    (unset SOURCE_DATE_EPOCH; sed '/^$/d' "${log%.log}.argv" | tr '\n' '\0' | xargs -0 "$python" -E -m test --list-tests) 2> err |
      grep -v '^+ ' > wanted
    expect 0 "$BBBISECT" --order "$log" --python "$python"
    cmp -s out wanted || { diff out wanted | head; cat "$log"; fail "$python: $log"; }
    compared=$((compared + 1))
  done
  [ "$compared" -ge 3 ] || fail "$python: only $compared command lines"
  echo "$python:$right; $compared by command line"
  found=1
done
[ -n "$found" ] || fail "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"
