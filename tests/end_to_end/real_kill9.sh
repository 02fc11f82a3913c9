#!/bin/sh
# kill -9 in mid-search on the real regrtest, then the same command: the answer, no probe asked twice, nothing left.
. "$(dirname "$0")/lib.sh"
python=$(pythons | head -n 1)
[ -n "$python" ] || fail "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"
names="test_quiet_one test_quiet_two test_polluter test_quiet_three test_quiet_four test_victim"
{ echo "$python -m test --testdir $here/suite $names"; "$python" -m test --testdir "$here/suite" $names 2>&1 || true; } > log.txt
mkdir tmp
TMPDIR="$work/tmp"
export TMPDIR
for delay in 1 2 3; do
  "$BBBISECT" log.txt --python "$python" -q > /dev/null 2>&1 &
  pid=$!
  sleep "$delay"
  kill -9 "$pid" 2> /dev/null || true
  wait "$pid" 2> /dev/null || true
  sleep 1
  no_survivors
done
before=$(cat .bbbisect/*/journal | wc -l)
expect 0 "$BBBISECT" log.txt --python "$python" --json out.json
[ "$(json out.json culprits)" = test_polluter ] || fail culprits
after=$(cat .bbbisect/*/journal | wc -l)
[ "$after" -eq "$(json out.json probes)" ] || fail "$after answers for $(json out.json probes) probes: one was asked twice"
[ "$before" -gt 0 ] || fail "no kill came after an answer"
[ -z "$(ls tmp)" ] || fail "left in the temporary directory: $(ls tmp)"
no_survivors
