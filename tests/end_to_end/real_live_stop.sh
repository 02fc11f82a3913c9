#!/bin/sh
# The real regrtest, in each of its formats, is ended as soon as enough checks failed, in one process and in parts.
. "$(dirname "$0")/lib.sh"
: "${PROBE_ONCE:?the helper of this script}"
# answers JOBS ENOUGH WANTED TEST...: the checks, and how many tests ended
answers() {
  jobs=$1 enough=$2 checks=$3; shift 3
  expect 0 "$PROBE_ONCE" "$python" "$here/suite" "$enough" "$jobs" test_victim "$@"
  [ "$(sed 's/ [0-9]*$//' out)" = "$checks" ] || { cat out; fail "$python, --jobs $jobs, enough $enough, $*: wanted $checks"; }
  [ "$(sed 's/.* //' out)" -lt 40 ] || { cat out; fail "$python: not ended at once"; }
  no_survivors
}
found=
for python in $(pythons); do
  answers 1 1 "passes fails 4" test_quiet_one test_victim test_polluter test_victim test_slow test_victim
  answers 1 2 "fails fails 4" test_polluter test_victim test_quiet_one test_victim test_slow test_victim
  answers 1 0 "passes fails 3" test_victim test_polluter test_victim
  answers 2 1 "passes fails 4" test_quiet_one test_victim test_polluter test_victim test_slow test_victim
  answers 2 1 "passes passes 4" test_quiet_one test_victim test_quiet_two test_victim
  found="$found $python"
done
[ -n "$found" ] || fail "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"
echo "found:$found"
