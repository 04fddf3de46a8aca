package simulate

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write examples/demo anew")

// examples/demo shows what the exports look like, for a small company, and is
// exactly what the simulator writes.
func TestTheExampleIsWhatTheSimulatorWrites(t *testing.T) {
	example := filepath.Join("..", "..", "examples", "demo")
	dir := t.TempDir()
	if *update {
		dir = example
	}
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{Customers: 40, Seed: 1, Start: time.Date(2025, 11, 17, 0, 0, 0, 0, zone), Dir: dir}
	if _, err := Run(context.Background(), config); err != nil {
		t.Fatal(err)
	}
	for _, name := range allFiles() {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(example, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("examples/demo/%s is not what the simulator writes; run go test ./internal/simulate -update", name)
		}
	}
}
