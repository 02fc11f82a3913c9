#!/bin/sh
# Ctrl-C: exit status 130, the smallest reproduction so far, how to go on, and it goes on.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d test_e test_f test_g test_h
fake "fails test_v test_b
takes test_v 0.5"
# sh starts background jobs with SIGINT ignored, which a program must respect: start it through a shell that does not.
cat > start.py <<'END'
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
child = subprocess.Popen(sys.argv[1:], stdout=open("out", "w"), stderr=open("err", "w"))
time.sleep(3.6)
child.send_signal(signal.SIGINT)
sys.exit(child.wait())
END
status=0
"$(any_python)" start.py "$BBBISECT" log.txt || status=$?
[ "$status" -eq 130 ] || { cat err; fail "exit status $status"; }
contains err "the smallest reproduction so far"
contains err "the same command goes on from here"
no_survivors
expect 0 "$BBBISECT" log.txt
contains err "answers are known from"
contains out "test_v fails after test_b (order-dependent)"
