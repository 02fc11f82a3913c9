#!/bin/sh
# Suspects that look guilty and are not, on the real regrtest: nobody is accused. Asked is about the order alone.
. "$(dirname "$0")/lib.sh"
# log SUSPECT: a log in which test_victim failed after it
log() {
  cat > log.txt <<END
./python -m test --testdir $here/suite $1 test_victim
Using random seed: 5
0:00:00 load avg: 1.00 Run 2 tests sequentially in a single process
0:00:00 load avg: 1.00 [1/2] $1
0:00:20 load avg: 1.00 [1/2] $1 passed
0:00:20 load avg: 1.00 [2/2] test_victim
0:00:20 load avg: 1.00 [2/2/1] test_victim failed (1 failure)

== Tests result: FAILURE ==

1 test failed:
    test_victim
END
}
found=
for python in $(pythons); do
  # It pollutes only when our own signal at the deadline reaches it.
  log test_deaf
  expect 4 "$BBBISECT" log.txt --python "$python" --only order --timeout 2s --fresh
  lacks out "fails after"
  # It prints that the victim failed; the summary says otherwise.
  log test_liar
  status=0
  "$BBBISECT" log.txt --python "$python" --only order --fresh > out 2> err || status=$?
  [ $status -eq 4 ] || [ $status -eq 5 ] || { cat out err; fail "$python: exit status $status"; }
  lacks out "fails after"
  # It prints lines of another run.
  log test_stray
  expect 4 "$BBBISECT" log.txt --python "$python" --only order --fresh
  found="$found $python"
done
# One prints a whole end of the run, and goes on; another has one printed behind the runner's.
for python in $(few_pythons); do
  for suspect in test_false_end test_late_end; do
    log $suspect
    for jobs in 1 2; do
      status=0
      "$BBBISECT" log.txt --python "$python" --only order --fresh --jobs $jobs > out 2> err || status=$?
      [ $status -eq 4 ] || [ $status -eq 5 ] || { cat out err; fail "$python: $suspect: exit status $status"; }
      lacks out "fails after"
    done
  done
done
[ -n "$found" ] || fail "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"
echo "found:$found"
