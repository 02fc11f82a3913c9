#!/bin/sh
# Bad input is one sentence, its exit status, and nothing else.
. "$(dirname "$0")/lib.sh"
sentence() { count err 1; contains err "bbbisect: "; [ ! -s out ] || fail "standard output is not empty"; }
make_log test_v test_a test_b
expect 2 "$BBBISECT"; sentence
expect 2 "$BBBISECT" nothing.txt; sentence; contains err "nothing.txt"
mkdir empty
expect 2 "$BBBISECT" empty; sentence; contains err "looked at 0 files"
printf 'no tests here\n' > other.txt
expect 2 "$BBBISECT" other.txt; sentence; contains err "holds no test run"
expect 2 "$BBBISECT" log.txt; count err 3; contains err "--python PATH"
expect 2 "$BBBISECT" log.txt -q --python "$work"; sentence
expect 2 "$BBBISECT" log.txt -q --python "$work/log.txt"; sentence
expect 2 "$BBBISECT" log.txt -q --python /bin/true; sentence; contains err "no usable runner"
expect 2 "$BBBISECT" log.txt -C /nowhere; sentence
fake ""
expect 2 "$BBBISECT" log.txt -q -- --bad-option; sentence; contains err "--bad-option"
expect 2 "$BBBISECT" log.txt -q --json /nowhere/out.json; sentence
[ ! -s starts ] || fail "something was run"
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked; chmod 555 locked
  expect 2 "$BBBISECT" log.txt -q --state locked/state; sentence; contains err "--state DIR"
fi
: > file
expect 2 "$BBBISECT" log.txt -q --state file/state; sentence; contains err "--state DIR"
expect 1 sh -c '"$1" log.txt --show > /dev/full' sh "$BBBISECT"; contains err "No space left"
"$BBBISECT" log.txt --show | head -n 1 > out 2> err
[ ! -s err ] || fail "a closed pipe is no error"
