package finding_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/ingest/source"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/simulate"
	"github.com/firsthand-cx/firsthand/internal/store"
)

// company imports a simulated company through the real import and returns what was
// planted and a room over it.
func company(t *testing.T, customers int, seed uint64, faults []string) imported {
	t.Helper()
	ctx := context.Background()
	exports := t.TempDir()
	truth, err := simulate.Run(ctx, simulate.Config{Customers: customers, Seed: seed, Start: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC), Faults: faults, Dir: exports})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return truth.To.Add(time.Hour) }
	stores, err := store.Open(ctx, t.TempDir(), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stores.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := stores.Vault.SetZone(ctx, truth.Zone); err != nil {
		t.Fatal(err)
	}
	people := identity.New(stores.Vault, stores.Facts, now)
	journeys := journey.New(stores.Vault, stores.Facts, now)
	text, err := os.ReadFile(filepath.Join(exports, simulate.JourneyFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journeys.Save(ctx, simulate.JourneyFile, text, "test"); err != nil {
		t.Fatal(err)
	}
	importer := &ingest.Importer{
		Vault: stores.Vault, Facts: stores.Facts, Linker: people, Matcher: journeys, Key: stores.Vault.InstallKey(),
		Defaults: ingest.Defaults{Zone: stores.Vault.Zone()}, Now: now,
	}
	for _, file := range truth.Files {
		path := filepath.Join(exports, file.Name)
		if file.Name == simulate.ExposuresFile {
			continue
		}
		var mapping ingest.Mapping
		if text, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".mapping.yaml"); err == nil {
			mapping, err = ingest.ParseMapping(file.Name, text)
			if err != nil {
				t.Fatal(err)
			}
		} else {
			sample, candidates, err := source.Look(path, rows.Limits{})
			if err != nil || len(candidates) == 0 {
				t.Fatalf("%s: %d candidates, %v", file.Name, len(candidates), err)
			}
			if mapping, err = candidates[0].Source.Mapping(sample); err != nil {
				t.Fatal(err)
			}
		}
		s, err := importer.Import(ctx, ingest.Request{Path: path, Mapping: mapping})
		if err != nil {
			t.Fatal(file.Name, err)
		}
		t.Logf("%s: %d rows, %d interactions, %d rejected", file.Name, s.Read, s.Interactions, s.Rejected)
	}
	return imported{truth, finding.New(stores.Vault, stores.Facts, journeys.List, now), stores.Facts, journeys}
}

// imported is a simulated company with the rooms that look at it.
type imported struct {
	truth    simulate.Truth
	room     *finding.Room
	facts    question.Facts
	journeys *journey.Room
}

// learnt says which step's breaks contacts about a reason follow, where the journey
// does not say which contacts its steps cause.
func (c imported) learnt(t *testing.T) map[string]string {
	t.Helper()
	ctx := context.Background()
	list, err := c.journeys.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	j := list[0]
	for i := range j.Stages {
		for k := range j.Stages[i].Steps {
			j.Stages[i].Steps[k].ContactsAbout = nil
		}
	}
	text, err := journey.Format(j)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.journeys.Save(ctx, "unsaid", text, "test"); err != nil {
		t.Fatal(err)
	}
	a, err := question.AskUpstream(ctx, c.facts, question.Params{Journey: j.Name, By: "reason"})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range a.Rows {
		if r.Charged[question.ChargedFollows] > 0 {
			t.Logf("%d of %d contacts about %s follow breaks at %s", r.Charged[question.ChargedFollows], r.Contacts, r.Reason.Name, r.Step.Name)
			out[r.Reason.Name] = r.Step.Name
		}
	}
	return out
}

// seeds are 1, or as many as FIRSTHAND_SEEDS says: figures over several seeds are
// for the bench, a test needs one.
func seeds() int {
	if n, err := strconv.Atoi(os.Getenv("FIRSTHAND_SEEDS")); err == nil {
		return n
	}
	return 1
}

func TestPlantedFaultsAreFoundAndLittleElse(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a simulated company")
	}
	for seed := range seeds() {
		c := company(t, 4000, uint64(seed+1), nil)
		truth, room := c.truth, c.room
		started := time.Now()
		run, err := room.Evaluate(context.Background(), finding.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := room.List(context.Background(), finding.BySeverity)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Logf("%8.0f q %.4f low %.3f %-16s %-12s %-24s %s — %s", f.Severity, f.Q, f.ExcessLower, f.Key.Question, f.Key.Step, f.Key.Segment, f.Title, f.Why)
		}
		card := simulate.Score(truth, found)
		t.Logf("seed %d: %d tests, %d withheld, %s: %d of %d faults found, %d findings, %d false %v, missed %v, fell for %v",
			seed+1, run.Tested, run.Withheld, time.Since(started).Round(time.Millisecond), card.Recalled, card.Planted, card.Findings, card.False, card.FalseKey, card.Missed, card.Fell)
		if card.Recalled < card.Planted-1 {
			t.Errorf("missed %v", card.Missed)
		}
		if card.False > 2 {
			t.Errorf("false findings: %v", card.FalseKey)
		}
		learnt := c.learnt(t)
		for reason, step := range map[string]string{
			simulate.ReasonPromoCode: simulate.StepPromoCode, simulate.ReasonActivation: simulate.StepActivation, simulate.ReasonOrder: simulate.StepOrder,
			simulate.ReasonUsage: "", simulate.ReasonPassword: "", simulate.ReasonRepair: "", // nothing of theirs breaks
		} {
			if learnt[reason] != step {
				t.Errorf("contacts about %s are charged to %q, want %q", reason, learnt[reason], step)
			}
		}
	}
}

func TestWithNothingPlantedNextToNothingIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a simulated company")
	}
	for seed := range seeds() {
		room := company(t, 2000, uint64(seed+1), []string{}).room
		if _, err := room.Evaluate(context.Background(), finding.Options{}); err != nil {
			t.Fatal(err)
		}
		found, err := room.List(context.Background(), finding.BySeverity, cx.FindingOpen)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Logf("%s %s %s: %s — %s", f.Key.Question, f.Key.Step, f.Key.Segment, f.Title, f.Why)
		}
		if len(found) > 1 {
			t.Errorf("seed %d: %d findings where nothing is wrong", seed+1, len(found))
		}
	}
}
