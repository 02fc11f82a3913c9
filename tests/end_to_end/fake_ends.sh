#!/bin/sh
# Suspects that crash and hang are routed around, reported, and leave nothing behind.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d test_e test_f
fake "fails test_v test_f
crashes test_c
hangs test_e"
expect 0 "$BBBISECT" log.txt --timeout 1s
contains out "test_v fails after test_f (order-dependent)"
contains out "Set aside, because they ended a run themselves: test_c, test_e."
contains err "test_c ended the run: Fatal Python error: Segmentation fault"
no_survivors
