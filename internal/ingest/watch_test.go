package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestAWatchedFolderIsImportedOnceAndAgainWhenItChanges(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	put := func(name, text string, at time.Time) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	var kept string
	var took []string
	fail := errors.New("not of a format that is known")
	open := func() *Watch {
		return &Watch{
			Dir: dir, Now: time.Now,
			Load: func(context.Context) (string, error) { return kept, nil },
			Save: func(_ context.Context, s string) error { kept = s; return nil },
			Import: func(_ context.Context, path, mapping string) (Summary, error) {
				took = append(took, filepath.Base(path)+"|"+filepath.Base(mapping))
				if mapping == "" {
					return Summary{}, fail
				}
				return Summary{Import: 7}, nil
			},
		}
	}
	w := open()
	expect := func(step string, want ...string) {
		t.Helper()
		took = nil
		if n, err := w.Look(ctx); err != nil || n != len(want) || len(took) != len(want) {
			t.Fatalf("%s: took %v (%d), %v; want %v", step, took, n, err, want)
		}
		for i := range want {
			if took[i] != want[i] {
				t.Errorf("%s: took %s, want %s", step, took[i], want[i])
			}
		}
	}
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	put("calls-2026-03.csv", "a", day)
	put("calls.mapping.yaml", "source: calls", day)
	put(".hidden.csv", "a", day)
	put("half.csv.part", "a", day)
	put("empty.csv", "", day)
	put("other.csv", "b", day)
	expect("a file just seen may still grow")
	put("calls-2026-03.csv", "a\nb", day.Add(time.Minute))
	expect("one that grew waits, one that did not is taken", "other.csv|.")
	expect("and then it is taken, with the mapping of its name", "calls-2026-03.csv|calls.mapping.yaml")
	expect("nothing is taken twice")
	files, err := w.Files(ctx)
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if failed := f.Error != ""; failed != (f.Name == "other.csv") || !failed && f.Import != 7 {
			t.Errorf("%+v", f)
		}
	}
	w = open()
	expect("after a restart everything is looked at anew")
	expect("but nothing that was done is done again")
	put("other.mapping.yaml", "source: other", day)
	expect("a mapping that came changes the file")
	expect("so that it is tried again", "other.csv|other.mapping.yaml")
}

func TestAFileIsTriedAgainWhereItWasNotItsFault(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	if err := os.WriteFile(filepath.Join(dir, "calls.csv"), []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var kept string
	var answer error
	tries := 0
	w := &Watch{
		Dir: dir, Now: func() time.Time { return now },
		Load:   func(context.Context) (string, error) { return kept, nil },
		Save:   func(_ context.Context, s string) error { kept = s; return nil },
		Import: func(context.Context, string, string) (Summary, error) { tries++; return Summary{Import: 3}, answer },
	}
	for _, step := range []struct {
		name   string
		answer error
		after  time.Duration
		tries  int
		told   int
	}{
		{"a file just seen waits", nil, 0, 0, 0},
		{"one whose import ended with the server is not told", context.Canceled, 0, 1, 0},
		{"and is taken up; the disk is full", cx.Errorf(cx.Unavailable, "the disk is full"), 0, 2, 1},
		{"it is not tried at every look", nil, time.Minute, 2, 1},
		{"but after a while", nil, tryAgainAfter, 3, 1},
		{"and then it is done", nil, 2 * tryAgainAfter, 3, 1},
	} {
		answer, now = step.answer, now.Add(step.after)
		if _, err := w.Look(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		files, err := w.Files(ctx)
		if err != nil || tries != step.tries || len(files) != step.told {
			t.Errorf("%s: %d tries, %v, %v", step.name, tries, files, err)
		}
	}
	if files, _ := w.Files(ctx); files[0].Import != 3 || files[0].Error != "" {
		t.Errorf("%+v", files[0])
	}
}

func TestAFileFindsTheMappingOfItsName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"calls.mapping.yaml", "calls-eu.mapping.yaml", ".mapping.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		"calls.csv": "calls.mapping.yaml", "calls.csv.gz": "calls.mapping.yaml", "calls_2026.csv": "calls.mapping.yaml",
		"calls-eu-2026.csv": "calls-eu.mapping.yaml", "callsheet.csv": "", "orders.csv": "",
	} {
		got := MappingBeside(filepath.Join(dir, file))
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", file, got, want)
		}
	}
	for file, want := range map[string]string{"partner-list.csv": "partner-list.mapping.yaml", "a.b.csv.gz": "a.mapping.yaml", "noend": "noend.mapping.yaml"} {
		if got := MappingName(file); got != want {
			t.Errorf("the mapping of %s is called %s, want %s", file, got, want)
		}
	}
}
