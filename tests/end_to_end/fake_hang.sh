#!/bin/sh
# A test that hangs costs a minute or so, not what the whole sequence is allowed to take.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d
# By the log test_a takes ten minutes, so that the whole is allowed to take nearly an hour.
sed -i 's/test_a passed/test_a passed in 10 min 0 sec/' log.txt
fake "fails test_v test_d
hangs test_b"
start=$(date +%s)
expect 0 "$BBBISECT" log.txt
contains out "test_v fails after test_d (order-dependent)"
contains out "Set aside, because they ended a run themselves: test_b."
contains err "test_b ended the run: no end within its time limit"
[ $(($(date +%s) - start)) -lt 1200 ] || fail "it took $(($(date +%s) - start)) seconds"
no_survivors
