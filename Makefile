# Firsthand: every target is one plain go line (plus what it needs installed).
export GOFLAGS := -tags=duckdb_arrow -buildvcs=false
export CGO_ENABLED := 1
DATA ?= data
ADDR ?= 127.0.0.1:8470
PKG ?= ./...

.PHONY: run build test bench peers lint fuzz check-go check-chromium

run: build ## build and start the server; loads the demo company into an empty data folder
	./firsthand serve --demo --data "$(DATA)" --addr "$(ADDR)"

build: check-go ## build the one binary
	go build -ldflags "-s -w" -o firsthand ./cmd/firsthand

test: check-go check-chromium ## every test, with the race detector where it pays
	go vet ./...
	go test -timeout 14m $(PKG)
	go test -race -timeout 10m ./internal/cx/... ./internal/ingest ./internal/identity/... ./internal/app/...

bench: check-go ## figures, as ratios to a baseline beside them (long)
	go run ./cmd/bench $(BENCH)

peers: ## hold our numbers and our robot against peers (needs python3; Node for the robot's)
	sh docs/peers/run.sh

lint: ## the pinned linter
	go tool -modfile=tools/go.mod golangci-lint run ./...

fuzz: ## each fuzz target for a minute
	sh tools/fuzz.sh 60s

check-go:
	@command -v go >/dev/null || { echo "Go is missing. Install Go 1.26 from https://go.dev/dl/ and try again." >&2; exit 1; }
	@command -v g++ >/dev/null || { echo "A C++ compiler is missing. Run: apt-get install -y g++   (as root) and try again." >&2; exit 1; }

check-chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "Chromium is missing. Run: sudo apt-get install -y chromium   and try again." >&2; exit 1; fi; }
