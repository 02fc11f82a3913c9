#!/bin/sh
# A full disk: one sentence, exit status 1, and when there is room again the same command goes on.
if [ -z "${IN_NAMESPACE:-}" ]; then
  own=-rm; [ "$(id -u)" -eq 0 ] && own=-m
  unshare $own true 2> /dev/null || { echo "SKIPPED: no mount namespace to be had"; exit 77; }
  IN_NAMESPACE=1 exec unshare $own sh "$0"
fi
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d
fake "fails test_v test_b"
mkdir disk
mount -t tmpfs -o size=512k none disk 2> /dev/null || skip "no tmpfs can be mounted"
trap 'umount "$work/disk"; cd /; rm -rf "$work"' EXIT
dd if=/dev/zero of=disk/ballast bs=1k count=470 2> /dev/null
expect 1 "$BBBISECT" log.txt -q --state disk/state
count err 1
contains err "make room, then run the same command again"
rm disk/ballast
expect 0 "$BBBISECT" log.txt --state disk/state
contains out "test_v fails after test_b"
