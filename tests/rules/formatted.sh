#!/bin/sh
# The code is as .clang-format wants it; each major version of clang-format has a taste of its own, and 14 is ours.
set -eu
cd "$(dirname "$0")/../.."
version=$(clang-format --version 2> /dev/null) || version=none
case $version in
  *"version 14."*) ;;
  *) echo "SKIPPED: clang-format 14 is wanted, here is: $version"; exit 77 ;;
esac
find include src tests -name '*.[ch]pp' -exec clang-format --dry-run --Werror {} +
