#!/bin/sh
# --all-failures: each failed test in its turn, what one depends on tried first with the others, a table in the end.
. "$(dirname "$0")/lib.sh"
make_log test_v1 test_a test_b test_c test_d test_e test_f test_g test_h
sed -i -e 's/^\.\/python.*/& test_v2 test_w/' \
       -e '/^== Tests result/i 0:00:00 load avg: 0.50 [10/11/1] test_v2\n0:00:00 load avg: 0.50 [10/11/2] test_v2 failed (1 failure)\n0:00:00 load avg: 0.50 [11/11/2] test_w\n0:00:00 load avg: 0.50 [11/11/3] test_w failed (1 failure)\n' \
       -e 's/Run 9 tests/Run 11 tests/' -e 's|/9\]|/11]|; s|/9/1\]|/11/1]|; s/^1 test failed/3 tests failed/; s/^    test_v1/    test_v1 test_v2 test_w/' log.txt
fake "fails test_v1 test_f
fails test_v2 test_f
fails test_w"
expect 0 "$BBBISECT" log.txt --all-failures --json out.json
contains out "test_v1 fails after test_f (order-dependent)"
contains out "test_v2 fails after test_f (order-dependent)"
grep -Eq '^  test_v1 +order-dependent +fails after test_f$' out || { cat out; fail "no row of test_v1"; }
grep -Eq '^  test_w +plain-failure +fails alone, whatever the flags$' out || { cat out; fail "no row of test_w"; }
contains err "2 of 3 failed tests"
[ "$(json out.json failures.1.victim)" = test_v2 ] || fail "$(json out.json failures.1.victim)"
[ "$(json out.json failures.1.culprits)" = test_f ] || fail "test_v2: $(json out.json failures.1.culprits)"
# What made test_v1 fail is asked about first: it is the first that runs before test_v2.
first=$(grep 'test_f.*test_v2' starts | head -n 1)
case $first in "test_f test_v2 "*) ;; *) cat starts; fail "test_f was not tried first" ;; esac
no_survivors

# One that passes here does not hold up the others, and decides the status.
fake "fails test_w"
expect 4 "$BBBISECT" log.txt --all-failures --fresh
contains out "not-reproduced"
contains out "plain-failure"

expect 2 "$BBBISECT" log.txt --all-failures --test test_w
contains err "goes with none of"
sed -e '/test_v1$/,$d' -e 's/Run 11/Run 8/; s|/11\]|/8]|; s/ test_v1.*//' log.txt > passed.txt
printf '\n== Tests result: SUCCESS ==\n\nAll 8 tests OK.\n' >> passed.txt
expect 2 "$BBBISECT" passed.txt --all-failures
contains err "holds no failed test"
