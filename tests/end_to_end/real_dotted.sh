#!/bin/sh
# Dotted names (3.11.7 and later), which --fromfile would cut, go on the command line; on each CPython that has them.
. "$(dirname "$0")/lib.sh"
found=
for python in $(pythons); do
  "$python" -m test --list-tests | grep -qx test.test_asyncio.test_queues || continue
  "$python" -m test --help | grep -q -- --single-process || continue
  "$python" -m test test.test_asyncio.test_locks test.test_asyncio.test_queues test_colorsys > out 2>&1 || true
  { echo "./python -m test test.test_asyncio.test_locks test.test_asyncio.test_queues test_colorsys"; cat out; } > log.txt
  expect 4 "$BBBISECT" log.txt --test test_colorsys --python "$python" --json out.json
  contains err "cuts dotted names"
  contains out "after the 2 tests that ran before it"
  found="$found $python"
done
[ -n "$found" ] || skip "no CPython here splits test_asyncio and runs a list in one process"
echo "found:$found"
