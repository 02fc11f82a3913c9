#!/bin/sh
# Other logs of the builder clear suspects, but nobody for certain.
. "$(dirname "$0")/lib.sh"
# passed NAME TEST...: a log in which all of them passed.
passed() {
  into=$1; shift
  n=$#; i=0
  { echo "./python -E -m test --timeout=60 $*"; echo "0:00:00 load avg: 0.50 Run $n tests sequentially in a single process"; } > "$into"
  for test in "$@"; do
    i=$((i + 1))
    printf '0:00:00 load avg: 0.50 [%s/%s] %s\n0:00:00 load avg: 0.50 [%s/%s] %s passed\n' $i $n "$test" $i $n "$test" >> "$into"
  done
  printf '\n== Tests result: SUCCESS ==\n\nAll tests OK.\n' >> "$into"
}
passed pass1.txt test_b test_a test_v test_c
passed pass2.txt test_d test_c test_v
make_log test_v test_c test_b
mv log.txt fail.txt
make_log test_v test_a test_b test_c test_d
fake "fails test_v test_b"
expect 0 "$BBBISECT" log.txt --passing pass2.txt --failing fail.txt --json result.json
contains err "further log: pass2.txt clears 2 of the 4 suspects: test_v passes there after them"
contains err "further log: fail.txt clears 2 of the 4 suspects: test_v fails there without them"
contains out "fail.txt clears 2 of the 4 suspects"
lacks out "all the same"
[ "$(json result.json log.further.0.cleared)" = "test_c test_d" ] || fail cleared
[ "$(json result.json log.further.1.outcome)" = fails ] || fail outcome
[ "$(json result.json culprits)" = test_b ] || fail culprits

# Cleared, and yet the culprit; each of a pair cleared, and yet the culprits.
expect 0 "$BBBISECT" log.txt --fresh --passing pass1.txt --json result.json
[ "$(json result.json culprits)" = test_b ] || fail "a culprit that was cleared"
contains out "In pass1.txt it passed after test_b all the same"
fake "fails test_v test_a test_b"
expect 0 "$BBBISECT" log.txt --fresh --passing pass1.txt --passing pass2.txt --json result.json
[ "$(json result.json culprits)" = "test_a test_b" ] || fail "a pair that was cleared"

expect 0 "$BBBISECT" log.txt --show --passing pass1.txt
contains out "pass1.txt clears 2 of the 4 suspects"
expect 2 "$BBBISECT" log.txt --failing pass1.txt
contains err "test_v passes in pass1.txt: name that log with --passing"
expect 2 "$BBBISECT" log.txt --passing nowhere.txt
contains err nowhere.txt
