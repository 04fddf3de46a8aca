package storetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

const childJob = "STORETEST_IMPORT"

type job struct {
	Dir   string
	Ticks int
	File  storetest.File
	Step  string
	After time.Duration
}

// kill imports in another process that is killed somewhere on the way: the import
// must have happened whole or not at all.
func (m *machine) kill(t *rapid.T) {
	ctx := context.Background()
	m.ticks++
	j := job{
		Dir: m.dir, Ticks: m.ticks, File: m.draw(t), Step: rapid.SampledFrom(storetest.Steps).Draw(t, "step"),
		After: time.Duration(rapid.IntRange(0, 5000).Draw(t, "microseconds")) * time.Microsecond,
	}
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.stores.Close(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestTheStoresLiveThroughAnyHistoryAsTheReferenceDoes$")
	child.Env = append(os.Environ(), childJob+"="+string(text))
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the child was to be killed: %v\n%s", err, out)
	}
	m.open(t)
	imports, err := m.stores.Vault.Imports(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m.files = append(m.files, j.File)
	last := imports[0]
	if last.State != "applied" {
		next, err := m.stores.Vault.NextProfile(ctx)
		if err != nil {
			t.Fatal(err)
		}
		m.vault.SkipTo(last.ID, next)
		m.model.People.Forget()
		return
	}
	id, _, err := m.model.Import(ctx, j.File)
	if err != nil || id != last.ID {
		t.Fatalf("the reference imports %d, the stores %d: %v", id, last.ID, err)
	}
	m.live = append(m.live, id)
}

// importAndDie is the child: it dies a little after a step of the import.
func importAndDie(t *testing.T, text string) {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		t.Fatal(err)
	}
	m := &machine{dir: j.Dir, ticks: j.Ticks}
	s, err := store.Open(context.Background(), j.Dir, store.Options{Now: m.clock, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	side := storetest.Side{Vault: s.Vault, Facts: s.Facts, People: identity.New(s.Vault, s.Facts, m.clock)}
	side.Reached = func(step string) {
		if step == j.Step {
			time.AfterFunc(j.After, func() { self.Kill() })
		}
	}
	if _, _, err := side.Import(context.Background(), j.File); err != nil {
		t.Fatal(err)
	}
	select {} // it was faster than its death
}
