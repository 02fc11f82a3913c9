#!/bin/sh
# What suspicion is worth: how much of the whole time passes before the culprits of known failures are examined,
# when the suspects are taken by duration and when they are taken by suspicion per second.
#   suspicion_weights.sh DRIVER
# DRIVER is tests/bench/suspicion_weights.cpp, built. The checkouts are those of the Pythons that are installed
# (pyenv's and Debian's); failures of versions that are not here are left out.
set -eu
cd "$(dirname "$0")/../.."
set -- "$1" tests/bench/known_logs.tsv tests/bench/known_pairs.tsv tests/bench/durations.tsv
for directory in "$HOME"/.pyenv/versions/3.*/lib/python3.*/test /usr/lib/python3.*/test; do
  version=${directory%/test}
  version=${version##*/python}
  [ -f "$directory/test_os.py" ] || [ -d "$directory/test_os" ] || continue
  case " $* " in *" $version="*) ;; *) set -- "$@" "$version=$directory" ;; esac
done
exec "$@"
