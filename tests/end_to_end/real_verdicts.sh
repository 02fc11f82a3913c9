#!/bin/sh
# Each verdict on the real regrtest: a log of its own making, the verdict, what is named, and the pasted commands.
# $1 names the victim (test_$1 in verdicts/), so that each is a test of its own. With BBBISECT_LONG=1 on every Python.
. "$(dirname "$0")/lib.sh"
suite=$here/verdicts
quiet="test_quiet1 test_quiet2 test_quiet3"

# record LOG PYTHON... : the log of a run, with its command as a buildbot's step would show it.
record() {
  log=$1; shift
  echo "$*" > "$log"
  "$@" >> "$log" 2>&1 || true
}

# record_under NAME=VALUE PYTHON... : log.txt as Buildbot writes it, with the whole environment of the run.
record_under() {
  { variable=$1; shift
    echo "$*"; echo " in dir /build (timeout 1200 secs)"; echo " environment:"
    env "$variable" | grep -E '^[A-Za-z_]+=' | sed 's/^/  /'
    echo " using PTY: False"
    env "$variable" "$@"
    echo "program finished with exit code $?"; } > log.txt 2>&1 || true
}

# explains PYTHON STATUS VERDICT KEY WANTED [OPTION...]: of log.txt, in a fresh journal.
explains() {
  python=$1 status=$2 verdict=$3 key=$4 named=$5; shift 5
  expect "$status" "$BBBISECT" log.txt --python "$python" --state "state-$victim" --fresh --json out.json "$@"
  [ "$(json out.json verdict)" = "$verdict" ] || { cat out err; fail "$python: $(json out.json verdict), wanted $verdict"; }
  [ -z "$key" ] || [ "$(json out.json "$key")" = "$named" ] || { cat out err; fail "$python: $key is $(json out.json "$key"), wanted $named"; }
  echo "$python: $verdict $named, $(json out.json probes) probes"
  no_survivors
}

# pasted KEY STATUS: the command of the report ends like that.
pasted() {
  "$(any_python)" - "$1" "$2" <<'END'
import json, subprocess, sys
command = json.load(open("out.json"))[sys.argv[1]]
status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wanted = sys.argv[2]
assert (status == 0) == (wanted == "passes"), (command, status)
END
}

seeds_each_test() { "$1" -m test --help | grep -q -- --single-process || "$1" -m test --help | grep -q -- --fail-rerun; }

victim=$1
some=
case $victim in
  leaking) at_hand=$(debug_pythons) ;;
  *) at_hand=$(if [ -n "${BBBISECT_LONG:-}" ]; then pythons; else few_pythons; fi) ;;
esac
for python in $at_hand; do
  some=yes
  flags="-E -bb -Wdefault"
  options="-u all,-gui --timeout=300 --testdir $suite"
  case $victim in  # behind -Wdefault CPython 3.6 only warns of bytes
    bb)       record log.txt "$python" -E -bb -m test $options $quiet test_needs_bb
              explains "$python" 7 flags-dependent factors "-bb" ;;
    werror)   record log.txt "$python" -E -Werror -m test $options $quiet test_needs_werror
              explains "$python" 7 flags-dependent factors "-W error" ;;
    e)        record log.txt "$python" $flags -m test $options $quiet test_needs_e
              explains "$python" 7 flags-dependent factors "-E" ;;
    network)  record log.txt "$python" $flags -m test $options $quiet test_needs_network
              explains "$python" 7 flags-dependent factors "-u network" ;;
    two)      record log.txt "$python" -E -bb -m test $options $quiet test_needs_two
              explains "$python" 7 flags-dependent factors "-bb -u cpu" ;;
    locale)   export LC_ALL=C.UTF-8
              record_under LC_ALL=C "$python" -m test --testdir "$suite" $quiet test_needs_locale
              explains "$python" 7 flags-dependent factors "LC_ALL=C" ;;
    zone)     export TZ=UTC
              record_under TZ=Asia/Tokyo "$python" -m test --testdir "$suite" $quiet test_needs_zone
              explains "$python" 7 flags-dependent factors "TZ=Asia/Tokyo" ;;
    child)    # -E keeps nothing from the children of tests; with the codec that is not there no Python starts
              record_under PYTHONOPTIMIZE=2 "$python" -E -m test --testdir "$suite" $quiet test_child
              sed -i 's/^ environment:$/&\n  PYTHONIOENCODING=nosuch/' log.txt
              explains "$python" 7 flags-dependent factors "PYTHONOPTIMIZE=2"
              contains err "note: PYTHONIOENCODING of the log is not replayed: this Python does not start with it" ;;
    ours)     # it is set here as well, and -E ignores it where the test itself runs
              record_under PYTHONOPTIMIZE=2 "$python" -E -m test --testdir "$suite" $quiet test_child
              export PYTHONOPTIMIZE=2
              explains "$python" 7 flags-dependent factors "PYTHONOPTIMIZE=2"
              unset PYTHONOPTIMIZE ;;
    seed)     seeds_each_test "$python" || { echo "$python does not seed each test"; continue; }
              for seed in 101 102 103 104 105 106 107 108 109; do
                "$python" -m test --testdir "$suite" --randseed=$seed test_needs_seed > /dev/null 2>&1 || break
              done
              record log.txt "$python" $flags -m test --testdir "$suite" -r --randseed=$seed test_needs_seed
              explains "$python" 8 random-seed "" "" ;;
    brittle)  record log.txt "$python" $flags -m test $options test_quiet1 test_brittle test_quiet2 test_setter test_quiet3
              explains "$python" 6 state-setter state_setters "test_setter" ;;
    altering) record log.txt "$python" $flags -m test $options --fail-env-changed $quiet test_polluter test_altering
              explains "$python" 0 order-dependent culprits "test_polluter" ;;
    crashing) record log.txt "$python" $flags -m test $options $quiet test_polluter test_crashing
              explains "$python" 0 order-dependent culprits "test_polluter" ;;
    hanging)  record log.txt "$python" $flags -m test --testdir "$suite" --timeout=3 $quiet test_polluter test_hanging
              explains "$python" 0 order-dependent culprits "test_polluter" ;;
    leaking)  record log.txt "$python" $flags -m test $options -R 3:3 $quiet test_leaking
              explains "$python" 3 plain-failure "" ""
              record log.txt "$python" $flags -m test $options -R 3:3 $quiet test_polluter test_leaks_after
              explains "$python" 0 order-dependent culprits "test_polluter" ;;
    beside)   record log.txt "$python" $flags -m test -v -j2 $options test_holder test_beside $quiet
              explains "$python" 9 parallel culprits "test_holder" ;;
    transient) status=0
              for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                record log.txt "$python" $flags -m test $options $quiet test_transient
                grep -q "test failed" log.txt && break
              done
              explains "$python" 10 transient "" "" ;;
    plain)    record log.txt "$python" $flags -m test $options $quiet test_plain
              explains "$python" 3 plain-failure probes 10 ;;  # told after two, certain after five of each side
    *)        fail "no such victim: $victim" ;;
  esac
  case $victim in
    transient|hanging|leaking) ;;
    locale|zone|child|ours|bb|werror|e|network|two|seed|brittle) pasted reproduce fails; pasted contrast passes ;;
    *) pasted reproduce fails ;;
  esac
  [ -z "${BBBISECT_FLOOR:-}" ] || break
done
[ -n "$some" ] || skip "no Python with a test suite (for leaks a debug build: python3.N-dbg)"
