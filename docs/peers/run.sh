#!/bin/sh
# Holds Firsthand's figures against well-kept Python libraries (and R's survival, where there is R) on the same files:
#   sh docs/peers/run.sh [FOLDER OF PUBLIC DATA]
# A small file is generated, so that there is something to check everywhere; the bank's
# phone log and the survey (docs/real-data.md) are checked where they are present.
# The libraries go into a virtual environment under $PEERS, by default in the
# cache folder. Fails when a figure differs by more than rounding.
# Where there is Node (apt-get install -y nodejs npm) and Chromium, the reference player of
# Chrome's recordings plays beside our robot, and the pages must live through the same.
set -eu
cd "$(dirname "$0")/../.."
data=${1:-${DATA_SETS:-../shared/data}}
peers=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/firsthand-peers}

command -v python3 >/dev/null || { echo "Python is missing. Run: apt-get install -y python3-venv   (as root) and try again." >&2; exit 1; }
if ! cmp -s docs/peers/requirements.txt "$peers/requirements.txt"; then
  python3 -m venv "$peers" || { echo "Run: apt-get install -y python3-venv   (as root) and try again." >&2; exit 1; }
  "$peers/bin/pip" install -q --disable-pip-version-check -r docs/peers/requirements.txt
  cp docs/peers/requirements.txt "$peers/requirements.txt"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
firsthand=${FIRSTHAND:-$work/firsthand}
[ -x "$firsthand" ] || go build -tags=duckdb_arrow -buildvcs=false -o "$firsthand" ./cmd/firsthand
"$peers/bin/python" docs/peers/check.py "$firsthand" "$data" "$work"
"$peers/bin/python" docs/peers/records.py "$firsthand" "$data" "$work"
"$peers/bin/python" docs/peers/linking.py "$firsthand" "$data" "$work"

command -v npm >/dev/null || { echo "Node is missing, so our robot is not held against the reference player. Run: apt-get install -y nodejs npm" >&2; exit 0; }
modules=$peers/replay
if ! cmp -s docs/peers/replay/package.json "$modules/package.json"; then
  mkdir -p "$modules"
  cp docs/peers/replay/package.json "$modules/package.json"
  (cd "$modules" && npm install --silent --no-audit --no-fund --ignore-scripts) || { rm "$modules/package.json"; exit 1; }
fi
PEER_MODULES=$modules go test -tags=duckdb_arrow -count=1 -timeout 15m -run TestTheReference ./internal/walk/robot/browser
