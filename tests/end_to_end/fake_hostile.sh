#!/bin/sh
# A log, and a runner, full of control characters: none of them reaches the terminal, the report or the JSON.
. "$(dirname "$0")/lib.sh"
poison=$(printf '\033]0;owned\007\033[2J\302\233\233\342\200\256\b\177\377')
clean() { [ "$(LC_ALL=C tr -d '\n -~' < "$1" | wc -c)" -eq 0 ] || { LC_ALL=C od -c "$1"; fail "control characters in the $2"; }; }

make_log test_v test_a test_b
{
  printf ' environment:\n  LC_ALL=%s\n  TERM=x%s\n using PTY: False\n' "$poison" "$poison"
  printf '== CPython 3.99.0%s (main)\n== Linux%s-endian\n' "$poison" "$poison"
  sed "s/--timeout=60/& -m '$poison' -u all$poison/; s/passed/passed $poison/; s/AssertionError: no/&$poison/; s/ (1 failure)/ (1 failure)$poison/; s/FAILURE ==/FAILURE$poison ==/" log.txt
  printf 'command timed out: 1200 seconds %s\nelapsedTime=1\n' "$poison"
} > hostile.txt
grep -q owned hostile.txt || fail "the log is harmless"

fake "fails test_v test_a"
mv python quiet
cat > python <<END
#!/bin/sh
[ "\$1" = "-I" ] && { ./quiet "\$@" | sed 's/"3.99.0/&\\\\u001b]0;owned\\\\u0007\\\\u202e/; s/"platform": "/&\\\\u009b/'; exit 0; }
./quiet "\$@" > printed; status=\$?
LC_ALL=C sed "s/AssertionError: no/&$poison/; s/ passed/& $poison/; s/(1 failure)/& $poison/; s/Result: .*/&$poison/" printed
exit \$status
END
chmod +x python
for mode in --show --order --dry-run; do
  expect 0 "$BBBISECT" $mode hostile.txt
  clean out "output of $mode"
  clean err "errors of $mode"
done
for mode in --show --dry-run; do
  expect 0 "$BBBISECT" $mode --json - hostile.txt
  clean out "JSON of $mode"
done
expect 0 "$BBBISECT" --json out.json -v hostile.txt
clean out report
clean err narration
clean out.json JSON
contains err 'runner: Python 3.99.0\x1b]0;owned\x07'
contains err 'log: CPython 3.99.0\x1b]0;owned\x07'
[ "$(json out.json culprits)" = test_a ] || fail culprits
[ "$(find .bbbisect -name about | wc -l)" -eq 1 ] || fail "no journal"
clean "$(find .bbbisect -name about)" "journal's description"

# What the runner complains of.
printf '#!/bin/sh\nprintf "error: %%s\\n" "%s"; exit 1\n' "$poison" > python
expect 2 "$BBBISECT" --fresh hostile.txt
clean err complaint
contains err owned
