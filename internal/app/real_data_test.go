package app_test

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// open opens a new data folder.
func open(t *testing.T) *app.App {
	t.Helper()
	return openAt(t, t.TempDir())
}

func openAt(t *testing.T, dir string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})), Memory: "512MiB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(string(b))
	return len(b), nil
}

// realData is a folder of the public data that stands beside the repository.
func realData(t *testing.T, folder string) string {
	t.Helper()
	dir := filepath.Join(repoRoot(t), "..", "shared", "data", folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the public data set %s is not beside the repository", folder)
	}
	return dir
}

// bring imports files with an example mapping and saves the example journey.
func bring(t *testing.T, a *app.App, example string, files ...string) {
	t.Helper()
	root := repoRoot(t)
	mapping := read(t, filepath.Join(root, "examples", example+".mapping.yaml"))
	for _, file := range files {
		if _, err := a.ImportFile(t.Context(), file, mapping); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.SaveJourney(t.Context(), example+".journey.yaml", read(t, filepath.Join(root, "examples", example+".journey.yaml"))); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func ask(t *testing.T, a *app.App, name, params string) question.Table {
	t.Helper()
	v, err := url.ParseQuery(params)
	if err != nil {
		t.Fatal(err)
	}
	table, err := a.Ask(context.Background(), name, v)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// cell is a row's number in a column.
func cell(t *testing.T, table question.Table, row int, column string) float64 {
	t.Helper()
	for i, c := range table.Columns {
		if c.Name == column && row < len(table.Rows) && table.Rows[row][i].Number != nil {
			return *table.Rows[row][i].Number
		}
	}
	t.Fatalf("%s has no number in row %d, column %s: %+v", table.Question, row, column, table)
	return 0
}

// TestTheBanksKnownAnswers holds the whole way, from the bank's file to the answer,
// against figures computed with R and Python (Mandelbaum's Anonymous Bank, 1999).
func TestTheBanksKnownAnswers(t *testing.T) {
	dir := realData(t, "anonymous_bank")
	a := open(t)
	january, february := filepath.Join(dir, "january.txt"), filepath.Join(dir, "february.txt")

	bring(t, a, "anonymous_bank", january)
	checkBank(t, a, bank{calls: 31359, median: 22, p90: 149, again: 6636, of: 11333})

	bring(t, a, "anonymous_bank", january) // the same file again changes nothing
	checkBank(t, a, bank{calls: 31359, median: 22, p90: 149, again: 6636, of: 11333})

	bring(t, a, "anonymous_bank", february)
	checkBank(t, a, bank{calls: 64425, median: 24, p90: 169, again: 14101, of: 23739})
}

type bank struct{ calls, median, p90, again, of float64 }

func checkBank(t *testing.T, a *app.App, want bank) {
	t.Helper()
	wait := ask(t, a, "time_to_person", "")
	again := ask(t, a, "repeat_contact", "days=7")
	got := bank{
		calls: cell(t, wait, 0, "contacts"), median: cell(t, wait, 0, "median"), p90: cell(t, wait, 0, "p90"),
		again: cell(t, again, 0, "repeated"), of: cell(t, again, 0, "contacts"),
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, table := range []question.Table{wait, again} {
		left := int64(0)
		for _, l := range table.LeftOut {
			left += l.Count
		}
		if table.Included+left != table.Scanned {
			t.Errorf("%s: %d counted and %d left out are not the %d looked at", table.Question, table.Included, left, table.Scanned)
		}
	}
}
