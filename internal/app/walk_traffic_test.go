package app

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

const helpDesk = `source: desk
id: call
start: started
kind: contact
channel: phone
reason: reason
customer:
  - email: email
`

func openHere(t *testing.T, dir string) *App {
	t.Helper()
	a, err := Open(context.Background(), Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func bringIn(t *testing.T, a *App, rows string) {
	t.Helper()
	mapping, err := ingest.ParseMapping("desk.mapping.yaml", []byte(helpDesk))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "calls.csv")
	if err := os.WriteFile(path, []byte("call,email,started,reason\n"+rows), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.importer.Import(context.Background(), ingest.Request{Path: path, Mapping: mapping}); err != nil {
		t.Fatal(err)
	}
}

func contactsOf(t *testing.T, a *App) question.Table {
	t.Helper()
	table, err := a.asker.Ask(context.Background(), "repeat_contact", url.Values{"days": {"7"}})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// What a test customer did counts for nothing, whether they were named before or after
// their calls were imported; and it counts again when they are no test customer.
func TestATestCustomerIsInNoFigureWheneverTheyAreNamed(t *testing.T) {
	ctx := context.Background()
	const customers = "1,ann@example.com,2026-03-02 09:00:00,invoice\n2,ann@example.com,2026-03-03 09:00:00,invoice\n3,bob@example.com,2026-03-20 09:00:00,invoice\n"
	const walkers = "4,robot@example.com,2026-03-04 09:00:00,invoice\n5,robot@example.com,2026-03-05 09:00:00,invoice\n"
	robot := walk.TestCustomers{{Kind: cx.KeyEmail, Value: " Robot@Example.com "}}

	clean := openHere(t, t.TempDir())
	bringIn(t, clean, customers)
	want := contactsOf(t, clean)

	before := openHere(t, t.TempDir())
	if err := before.walks.SetTestCustomers(ctx, robot); err != nil {
		t.Fatal(err)
	}
	bringIn(t, before, customers+walkers)
	if diff := cmp.Diff(want, contactsOf(t, before)); diff != "" {
		t.Errorf("named before the import:\n%s", diff)
	}

	dir := t.TempDir()
	after := openHere(t, dir)
	bringIn(t, after, customers+walkers)
	counted := contactsOf(t, after)
	if cmp.Equal(want, counted) {
		t.Fatal("the robot's calls change nothing while nobody knows that it is one")
	}
	if err := after.walks.SetTestCustomers(ctx, robot); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, contactsOf(t, after)); diff != "" {
		t.Errorf("named after the import:\n%s", diff)
	}
	if err := after.Close(); err != nil {
		t.Fatal(err)
	}
	after = openHere(t, dir)
	if diff := cmp.Diff(want, contactsOf(t, after)); diff != "" {
		t.Errorf("after a restart:\n%s", diff)
	}
	if err := after.walks.SetTestCustomers(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counted, contactsOf(t, after)); diff != "" {
		t.Errorf("a test customer no more:\n%s", diff)
	}
	if err := after.walks.SetTestCustomers(ctx, walk.TestCustomers{{Kind: cx.KeyEmail, Value: "nobody"}}); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("what is no address is taken: %v", err)
	}
}

func guardWalk(id, finding int64, kept bool) []cx.WalkStep {
	return []cx.WalkStep{{
		Walk: id, Order: 1, Step: "try", Channel: "web", Scenario: "finding-1", Version: 1, Kind: cx.Everyday, Voice: cx.VoiceRobot,
		Started: time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC), Done: cx.StepYes, Kept: &kept, Guards: finding,
	}}
}

// A guard walk that fails opens its finding again at once, once, and a crash between the
// walk and the finding is put right at the next start.
func TestAFailedGuardWalkOpensItsFindingAgain(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	a := openHere(t, dir)
	saved, err := a.stores.Vault.SaveRun(ctx, finding.Run{At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, []cx.Finding{{
		Key: cx.FindingKey{Question: "funnel", Journey: "buy", Step: "pay"}, State: cx.FindingClosed, Title: "People leave at payment", QuietWeeks: 2,
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := saved[0].ID
	state := func(a *App) (cx.Finding, []string) {
		t.Helper()
		f, events, err := a.findings.Finding(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, e := range events {
			said = append(said, e.What)
		}
		return f, said
	}

	a.guardFindings(ctx, map[int64][]cx.WalkStep{7: guardWalk(7, id, true), 8: guardWalk(8, 0, false), 9: guardWalk(9, id+99, false)})
	if f, said := state(a); f.State != cx.FindingClosed || !cmp.Equal(said, []string{finding.WalkPassed}) {
		t.Errorf("a walk that passed: %s, %v", f.State, said)
	}
	for range 3 {
		a.guardFindings(ctx, map[int64][]cx.WalkStep{10: guardWalk(10, id, false)})
	}
	f, said := state(a)
	if f.State != cx.FindingOpen || f.QuietWeeks != 0 || !cmp.Equal(said, []string{finding.WalkPassed, finding.WalkFailed}) {
		t.Errorf("a walk that failed, told three times: %s, %v", f.State, said)
	}

	// By the whole way: from the walk that counts through the outbox.
	one, err := a.stores.Vault.CommitWalk(ctx, walk.Change{Assignment: walk.Assignment{State: cx.WalkSubmitted, Key: "k", Scenario: "finding-1", Voice: cx.VoiceRobot}})
	if err != nil {
		t.Fatal(err)
	}
	one.State = cx.WalkApproved
	if _, err := a.stores.Vault.CommitWalk(ctx, walk.Change{Assignment: one, Facts: guardWalk(one.ID, id, true)}); err != nil {
		t.Fatal(err)
	}
	if _, said := state(a); !cmp.Equal(said, []string{finding.WalkPassed, finding.WalkFailed, finding.WalkPassed}) {
		t.Errorf("a walk that was approved: %v", said)
	}
	if _, err := a.findings.Dismiss(ctx, id, "ann", "it is meant to be so"); err != nil {
		t.Fatal(err)
	}

	// The facts hold a walk that nobody has noted: the program ended in between.
	if err := a.stores.Facts.MirrorWalks(ctx, map[int64][]cx.WalkStep{10: guardWalk(10, id, false), 11: guardWalk(11, id, false)}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = openHere(t, dir)
	f, said = state(a)
	if want := []string{finding.WalkPassed, finding.WalkFailed, finding.WalkPassed, finding.Dismissed, finding.WalkFailed}; f.State != cx.FindingDismissed || !cmp.Equal(said, want) {
		t.Errorf("after a crash: %s, %v; a dismissal holds", f.State, said)
	}
}
