#!/bin/sh
# How long a search takes by the clock: suites of 200 tests that sleep their real time, about a minute in sum, one of which
# makes the last one fail, replayed by the real regrtest.
#   real_suite.sh BBBISECT [--seeds N] [--first SEED] [--devguide] [--real-log] [--keep DIR]
# For each of N seeds (10) the table has T, the seconds of the whole sequence run once in one process (the minute, and what
# regrtest takes for each test); the time of the whole search, all told, and its share of T; and the time of the search
# with --jobs 2. --devguide adds the time of the devguide's recipe by hand: once in the log's order, then half and half with
# --fromfile until a pair is left, which is not confirmed. --real-log lets regrtest write the log, which takes T, and says
# where it leads to another search than the generated log. --keep keeps the narrations in DIR.
# Exit status 1 when a culprit is wrong, when the median share is over 0.25, or when --jobs 2 is not faster.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bbbisect=$(realpath "$1"); shift
seeds=10 first=1 devguide= real_log= keep=
while [ $# -gt 0 ]; do
  case $1 in
    --seeds) seeds=$2; shift;;
    --first) first=$2; shift;;
    --devguide) devguide=yes;;
    --real-log) real_log=yes;;
    --keep) keep=$(realpath "$2"); shift;;
    *) echo "real_suite.sh: unknown option $1" >&2; exit 2;;
  esac
  shift
done

python=
for candidate in /usr/bin/python3.[0-9]* "$HOME"/.pyenv/versions/3.*/bin/python; do
  case $candidate in *-config|*-dbg|*.py) continue;; esac
  if "$candidate" -m test --help > /dev/null 2>&1; then python=$candidate; break; fi
done
[ -n "$python" ] || { echo "no CPython with a test suite: install python3.11 and libpython3.11-testsuite" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/real_suite.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

now() { date +%s%N; }
since() { awk "BEGIN { printf \"%.2f\", ($(now) - $1) / 1e9 }"; }
over() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }
median() { sort -n | awk '{ at[NR] = $1 } END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'; }

# search NAME OPTION...: the seconds go to NAME.time, whether the culprit is right to NAME.status
search() {
  name=$1; shift
  status=right begin=$(now)
  "$bbbisect" log --python "$python" --fresh --state "$work/$name.state" --json "$name.json" "$@" \
    > "$name.out" 2> "$name.err" || status="exit status $?"
  since "$begin" > "$name.time"
  [ "$status" = right ] && "$python" - "$name.json" "$polluter" <<'END' || status=wrong
import json, sys
sys.exit(json.load(open(sys.argv[1]))["culprits"] != [sys.argv[2]])
END
  echo "$status" > "$name.status"
  [ "$status" = right ] || cat "$name.out" "$name.err" >&2
}

# passes TEST...: whether the victim passes after these
passes() {
  printf '%s\n' "$@" "$victim" > halves
  "$python" -m test --testdir "$suite" --fromfile halves > halves.out 2>&1
}

by_hand() {
  set -- $(sed '$d' order)
  if passes "$@"; then echo "not reproduced by hand" >&2; return; fi
  while [ $# -gt 1 ]; do
    half=$(($# / 2)) front= i=0
    for test in "$@"; do
      i=$((i + 1))
      [ $i -gt $half ] || front="$front $test"
    done
    shift $half
    if passes $front; then passes "$@" && echo "neither half by hand" >&2; else set -- $front; fi
  done
  [ "$*" = "$polluter" ] || echo "by hand: $*" >&2
}

echo "runner: $("$python" -VV)"
printf '%4s %6s %6s %7s %6s %7s %6s %7s%s\n' seed T log wall "wall/T" "jobs 2" ratio culprit "${devguide:+ devguide}"
failed=0
for seed in $(seq "$first" $((first + seeds - 1))); do
  mkdir "$work/$seed"
  cd "$work/$seed"
  made=$("$python" "$here/generate_suite.py" "$python" "$seed" 200 60 "$here/durations.tsv" "$work/$seed")
  read -r T victim polluter <<END
$made
END
  suite=$work/$seed/suite
  log=made
  if [ -n "$real_log" ]; then
    search generated
    mv log generated.log
    log=real
    { head -n 1 generated.log; $(head -n 1 generated.log) 2>&1 || true; } > log
  fi
  search one
  search two --jobs 2
  if [ -n "$real_log" ]; then
    grep -q "^1 test failed:" log || { echo "the real run did not fail" >&2; cat log >&2; failed=1; }
    # Times and what is left of them may differ, since a real run has its start and end.
    for name in generated one; do
      sed -n 's/^ *[0-9]*  \(test_.*\)  [(].*/\1/p' $name.err > $name.probes
    done
    diff -u generated.probes one.probes >&2 && echo "seed $seed: the same search by the generated log" >&2 || true
    echo "seed $seed: by the generated log $(cat generated.time) s, by the real log $(cat one.time) s" >&2
  fi
  hand=
  if [ -n "$devguide" ]; then
    begin=$(now)
    by_hand
    hand=$(since "$begin")
    echo "$hand" >> "$work/hands"
  fi
  wall=$(cat one.time) jobs=$(cat two.time) status=$(cat one.status)
  [ "$status" = right ] && status=$(cat two.status)
  [ "$status" = right ] || failed=1
  printf '%4s %6s %6s %7s %6s %7s %6s %7s %s\n' "$seed" "$T" "$log" "$wall" "$(over "$wall" "$T")" "$jobs" \
    "$(over "$jobs" "$wall")" "$status" "$hand"
  echo "$wall" >> "$work/walls"
  { over "$wall" "$T"; echo; } >> "$work/shares"
  echo "$jobs" >> "$work/jobs"
  { over "$jobs" "$wall"; echo; } >> "$work/ratios"
  if [ -n "$keep" ]; then cp one.err "$keep/$seed.one"; cp two.err "$keep/$seed.two"; fi
done
share=$(median < "$work/shares") wall=$(median < "$work/walls") jobs=$(median < "$work/jobs")
printf '%-18s %7s %6s %7s %6s %7s %s\n' medians "$wall" "$share" "$jobs" "$(median < "$work/ratios")" "" \
  "$([ -z "$devguide" ] || median < "$work/hands")"

missed() { echo "MISSED: $*" >&2; failed=1; }
awk "BEGIN { exit !($share <= 0.25) }" || missed "the median share of T is over 0.25"
awk "BEGIN { exit !($jobs < $wall) }" || missed "--jobs 2 is not faster"
exit $failed
