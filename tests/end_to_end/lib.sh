# Sourced by every scenario: $BBBISECT is the program, $here this folder, and each runs in a fresh directory $work.
set -eu
: "${BBBISECT:?the path of the program under test}"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/bbbe2e-XXXXXX")
trap 'cd /; chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work"

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIPPED: $*"; exit 77; }

# expect STATUS COMMAND...: runs it; its output is in out and err.
expect() {
  wanted=$1; shift
  status=0
  "$@" > out 2> err || status=$?
  [ "$status" -eq "$wanted" ] || { cat out err; fail "exit status $status, wanted $wanted: $*"; }
}
contains() { grep -qF -- "$2" "$1" || { cat "$1"; fail "$1 does not contain: $2"; }; }
lacks() { ! grep -qF -- "$2" "$1" || { cat "$1"; fail "$1 contains: $2"; }; }
count() { [ "$(wc -l < "$1")" -eq "$2" ] || { cat "$1"; fail "$1 has $(wc -l < "$1") lines, wanted $2"; }; }

# field FILE KEY: the JSON value on the line of KEY, for scalars and one-line arrays.
json() { "$(any_python)" -c 'import json,sys; v=json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."): v=v[int(key)] if key.isdigit() else v[key]
print(" ".join(v) if isinstance(v, list) else v)' "$1" "$2"; }
any_python() { for python in /usr/bin/python3.[0-9]*; do case $python in *[0-9]) echo "$python"; return;; esac; done; command -v python3; }

# Every CPython with a test suite, oldest first, a path a line: Debian's and pyenv's.
pythons() {
  for python in /usr/bin/python3.[0-9]* "$HOME"/.pyenv/versions/3.*/bin/python ${BBBISECT_PYTHONS:-}; do
    case $python in *-config|*-dbg|*.py|*d) continue;; esac
    [ -x "$python" ] && "$python" -m test --help > /dev/null 2>&1 && echo "$python"
  done | sort -u
}

# The oldest, the newest, and Debian's: for what takes minutes with each.
few_pythons() {
  for python in $(pythons); do
    echo "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') $python"
  done | sort -V | sed -n -e '1p' -e '/ \/usr\/bin\//p' -e '$p' | cut -d ' ' -f 2 | sort -u
}

# Those of a debug build, which can tell leaks: Debian's python3.N-dbg, and of the others.
debug_pythons() {
  for python in /usr/bin/python3.[0-9]*d $(pythons); do
    [ -x "$python" ] && "$python" -c 'import sys, test.libregrtest; sys.exit(not hasattr(sys, "gettotalrefcount"))' 2> /dev/null &&
      echo "$python"
  done | sort -u
}

# A log of the fake runner's: make_log VICTIM TEST... (the victim last, failing)
make_log() {
  victim=$1; shift
  n=$(($# + 1)); i=0
  echo "./python -E -m test --timeout=60 $* $victim" > log.txt
  echo "Using random seed: 7" >> log.txt
  echo "0:00:00 load avg: 0.50 Run $n tests sequentially in a single process" >> log.txt
  for test in "$@"; do
    i=$((i + 1))
    echo "0:00:00 load avg: 0.50 [$i/$n] $test" >> log.txt
    echo "0:00:00 load avg: 0.50 [$i/$n] $test passed" >> log.txt
  done
  cat >> log.txt <<END
0:00:00 load avg: 0.50 [$n/$n] $victim
======================================================================
FAIL: test_method (test.$victim.T.test_method)
----------------------------------------------------------------------
Traceback (most recent call last):
AssertionError: no

0:00:00 load avg: 0.50 [$n/$n/1] $victim failed (1 failure)

== Tests result: FAILURE ==

1 test failed:
    $victim
END
}

# fake RULES: installs ./python with these rules; starts are noted in starts.
fake() {
  cp "$here/fake_runner" python
  printf '%s\n' "$1" > rules
  export FAKE_RULES="$work/rules" FAKE_STARTS="$work/starts"
  : > starts
}

# No process may be left that has this directory as its own or that was started from it: by /proc, not by name.
no_survivors() {
  for process in /proc/[0-9]*; do
    [ "$process" = "/proc/$$" ] && continue
    where=$(readlink "$process/cwd" 2> /dev/null) || continue
    case $where in
      "$work"*)
        parent=$(awk '{print $4}' "$process/stat" 2> /dev/null) || continue
        [ "$parent" = "$$" ] || [ "${process#/proc/}" = "$$" ] || fail "left behind: $process $(tr '\0' ' ' < "$process/cmdline")" ;;
    esac
  done
}
