#!/bin/sh
# The man page is sound, and tells each option that --help tells, and no other; -h fits a screen.
cd "$SOURCE" || exit 1
if command -v mandoc > /dev/null; then mandoc -T lint -W warning man/bbbisect.1 || exit 1; fi
help=$("$BBBISECT" --help)
printf '%s\n' "$help" | sed -n 's/^  \(-[^ ]*\).*/\1/p' | tr ',' '\n' | sed 's/=.*//' | sort -u > "${TMPDIR:-/tmp}/bbbisect-help.$$"
sed -n '/^\.Sh OPTIONS/,/^\.Sh VERDICTS/p' man/bbbisect.1 | sed -n 's/^\.It Fl //p' | sed 's/ , /\n/; s/ Ar .*//' |
  sed 's/^/-/' | sort -u > "${TMPDIR:-/tmp}/bbbisect-man.$$"
diff "${TMPDIR:-/tmp}/bbbisect-help.$$" "${TMPDIR:-/tmp}/bbbisect-man.$$"
status=$?
rm "${TMPDIR:-/tmp}/bbbisect-help.$$" "${TMPDIR:-/tmp}/bbbisect-man.$$"
[ "$("$BBBISECT" -h | wc -l)" -le 24 ] || { echo "-h does not fit a screen"; status=1; }
[ -z "$(printf '%s\n' "$help" | awk 'length > 80')" ] || { echo "--help is too wide"; status=1; }
exit $status
