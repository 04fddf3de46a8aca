#!/bin/sh
# Runs each fuzz target for a while: sh tools/fuzz.sh 60s
set -eu
for_how_long=${1:-30s}
grep -rl --include='*_test.go' '^func Fuzz' internal | while read -r file; do
  dir=$(dirname "$file")
  grep -o '^func Fuzz[A-Za-z0-9_]*' "$file" | cut -d' ' -f2 | while read -r target; do
    echo "== $dir $target"
    go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$for_how_long"
  done
done
