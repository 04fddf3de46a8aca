package journey_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/store"
)

// A ruling is kept with who said it, takes the place of the one before, reaches the
// facts at once, outlasts a restart, and goes with the erased person.
func TestARulingHoldsUntilItIsReplacedTakenBackOrErased(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	var stores *store.Stores
	var room *journey.Room
	open := func() {
		t.Helper()
		var err error
		if stores, err = store.Open(ctx, dir, store.Options{}); err != nil {
			t.Fatal(err)
		}
		room = journey.New(stores.Vault, stores.Facts, func() time.Time { return time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC) })
	}
	open()
	t.Cleanup(func() { stores.Close() })
	contact, event := cx.InteractionID{1}, cx.InteractionID{2}
	im, err := stores.Facts.BeginImport(ctx, 1, ingest.Header{Source: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	call := cx.Signature{Source: "desk", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Kind: cx.Contact, Channel: "phone", Reason: "invoice"}
	visit := call
	visit.Kind, visit.Reason = cx.Event, ""
	if err := im.Append(ctx, []ingest.Fact{{ID: contact, Row: 1, Profile: 7, Start: time.Now(), Signature: call}, {ID: event, Row: 2, Profile: 7, Start: time.Now(), Signature: visit}}); err != nil {
		t.Fatal(err)
	}
	if _, err := im.Commit(ctx, ingest.LedgerNote{}); err != nil {
		t.Fatal(err)
	}
	if _, err := room.Save(ctx, "small.journey.yaml", []byte(small), "Ann"); err != nil {
		t.Fatal(err)
	}

	for what, c := range map[string]struct {
		ruling cx.Ruling
		code   cx.Code
	}{
		"no such journey": {cx.Ruling{Journey: "smal", Contact: contact}, cx.NotFound},
		"no such step":    {cx.Ruling{Journey: "small", Contact: contact, Step: "cal"}, cx.NotFound},
		"no such contact": {cx.Ruling{Journey: "small", Contact: cx.InteractionID{9}}, cx.NotFound},
		"not a contact":   {cx.Ruling{Journey: "small", Contact: event, Step: "call"}, cx.Invalid},
		"no such reason":  {cx.Ruling{Journey: "small", Reason: "invoise", Step: "call"}, cx.NotFound},
		"a whole letter":  {cx.Ruling{Journey: "small", Contact: contact, Note: strings.Repeat("x", 501)}, cx.Invalid},
	} {
		if _, err := room.Rule(ctx, c.ruling, "Ann"); err == nil || cx.CodeOf(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}

	rule := func(r cx.Ruling) cx.Ruling {
		t.Helper()
		done, err := room.Rule(ctx, r, "Ann")
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	holds := func(want ...cx.Ruling) {
		t.Helper()
		got, err := stores.Facts.Rulings(ctx, "small")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("the facts hold, %v:\n%s", err, diff)
		}
	}
	onContact := cx.Ruling{Journey: "small", Contact: contact, Reason: "invoice", Step: "call"}
	onReason := cx.Ruling{Journey: "small", Reason: "invoice"}
	rule(cx.Ruling{Journey: "small", Contact: contact, Note: " nobody's "})
	first := rule(cx.Ruling{Journey: "small", Contact: contact, Step: "call"})
	about := rule(onReason)
	holds(onContact, onReason)
	all, err := room.Rulings(ctx, "small")
	if err != nil || len(all) != 3 || all[0].ID != about.ID || !all[1].Holds() || all[2].Holds() || all[2].Note != "nobody's" || all[2].EndedBy != "Ann" {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := room.TakeBack(ctx, about.ID, "Bo"); err != nil {
		t.Fatal(err)
	}
	if _, err := room.TakeBack(ctx, about.ID, "Bo"); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("taken back twice: %v", err)
	}
	holds(onContact)
	if err := stores.Close(); err != nil {
		t.Fatal(err)
	}
	open()
	holds(onContact)

	if err := stores.Vault.Erase(ctx, []cx.ProfileID{7}, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	holds()
	if all, err := room.Rulings(ctx, "small"); err != nil || len(all) != 1 || all[0].Contact == first.Contact {
		t.Errorf("after the erasure: %+v, %v", all, err)
	}
}
