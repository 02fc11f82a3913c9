#!/bin/sh
# Each verdict has its exit status; another failure than the log's is no answer.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c
fake "fails test_v"
expect 3 "$BBBISECT" log.txt
contains out "plain-failure"
expect 3 "$BBBISECT" log.txt --fresh --only order
contains out "fails-alone"
fake ""
expect 4 "$BBBISECT" log.txt --fresh
contains out "not-reproduced"
fake "differs test_v test_b"
expect 5 "$BBBISECT" log.txt --fresh
contains out "inconclusive"
contains out "failed in another way than in the log"
fake "differs test_v"
expect 5 "$BBBISECT" log.txt --fresh --json -
contains out '"culprits": []'
contains out "alone gives no answer"
