package journey_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/store"
)

func TestARuleHoldsForASignature(t *testing.T) {
	call := cx.Signature{Source: "pbx", Initiator: cx.ByCustomer, Kind: cx.Contact, Channel: "phone", Touchpoint: "hotline", Reason: "billing/invoice", Outcome: "served"}
	for _, c := range []struct {
		name string
		rule cx.Match
		want bool
	}{
		{"no fields hold always", cx.Match{}, true},
		{"the right kind", cx.Match{Kind: []string{"contact"}}, true},
		{"another kind", cx.Match{Kind: []string{"order"}}, false},
		{"any of the values", cx.Match{Channel: []string{"chat", "phone"}}, true},
		{"all of the fields", cx.Match{Channel: []string{"phone"}, Outcome: []string{"abandoned"}}, false},
		{"capitals aside", cx.Match{Channel: []string{"Phone"}}, true},
		{"a star at the end", cx.Match{Reason: []string{"billing/*"}}, true},
		{"a star stands for nothing too", cx.Match{Reason: []string{"billing/invoice*"}}, true},
		{"a star elsewhere", cx.Match{Reason: []string{"delivery/*"}}, false},
		{"a value is whole", cx.Match{Reason: []string{"billing"}}, false},
		{"an initiator", cx.Match{Initiator: []string{"company"}}, false},
		{"a source", cx.Match{Source: []string{"pbx"}}, true},
	} {
		if got := c.rule.Holds(call, call); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestARuleHoldsForTheWordThatCameAndForWhatItIsCalledNow(t *testing.T) {
	called, came := cx.Signature{Channel: "phone", Reason: "invoice"}, cx.Signature{Channel: "tel", Reason: "billing/paper"}
	for _, c := range []struct {
		name string
		rule cx.Match
		want bool
	}{
		{"the word that came", cx.Match{Channel: []string{"tel"}}, true},
		{"what it is called", cx.Match{Channel: []string{"phone"}}, true},
		{"one of each", cx.Match{Channel: []string{"tel"}, Reason: []string{"invoice"}}, true},
		{"a pattern of what came", cx.Match{Reason: []string{"billing/*"}}, true},
		{"neither", cx.Match{Channel: []string{"chat"}}, false},
	} {
		if got := c.rule.Holds(called, came); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestTheFirstStepWins(t *testing.T) {
	j := cx.Journey{Stages: []cx.Stage{{Steps: []cx.Step{
		{Name: "call", Match: []cx.Match{{Channel: []string{"phone"}}}},
		{Name: "contact", Match: []cx.Match{{Kind: []string{"contact"}}}},
	}}}}
	signatures := []cx.Signature{{ID: 3, Kind: cx.Contact, Channel: "phone"}, {ID: 1, Kind: cx.Contact, Channel: "chat"}, {ID: 2, Kind: cx.Order}}
	got := journey.Steps(j, signatures, signatures)
	if want := []uint16{0, 2, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

// Whatever the data, a proposal can be saved as it is and leaves nothing unmatched.
func TestAProposalIsAFileThatMatchesEverything(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "cart", "Cart", "checkout", "promo_code", "billing/*x", "größe", "page view", "a", "b", "c", "*", "d-e"})
	rapid.Check(t, func(t *rapid.T) {
		var use []journey.SignatureUse
		for i := range rapid.IntRange(1, 60).Draw(t, "signatures") {
			n := rapid.Int64Range(1, 100_000).Draw(t, "n")
			use = append(use, journey.SignatureUse{
				Signature: cx.Signature{
					ID: int32(i + 1), Kind: cx.Kind(rapid.IntRange(1, 11).Draw(t, "kind")), Channel: word.Draw(t, "channel"),
					Touchpoint: word.Draw(t, "touchpoint"), Reason: word.Draw(t, "reason"),
				},
				Interactions: n, Position: rapid.Float64Range(0, 1).Draw(t, "position"), Threaded: rapid.Int64Range(0, n).Draw(t, "threaded"),
			})
		}
		j := journey.Propose(use)
		again(t, j)
		var signatures []cx.Signature
		for _, u := range use {
			signatures = append(signatures, u.Signature)
		}
		for i, step := range journey.Steps(j, signatures, signatures)[1:] {
			if step == 0 {
				t.Fatalf("nothing matches %+v in %+v", use[i].Signature, j)
			}
		}
	})
}

const small = "name: small\nattempt: thread\nstages:\n- name: s\n  steps:\n  - name: call\n    match: {channel: phone}\n"

func TestVersionsAreKeptAndSwitched(t *testing.T) {
	ctx := context.Background()
	stores, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stores.Close(); err != nil {
			t.Error(err)
		}
	})
	room := journey.New(stores.Vault, stores.Facts, time.Now)
	save := func(text string, version int32, changed bool) {
		t.Helper()
		s, err := room.Save(ctx, "small.journey.yaml", []byte(text), "Ann")
		if err != nil || s.Version != version || s.Changed != changed {
			t.Fatalf("saved as version %d (changed %v), %v; want %d (%v)", s.Version, s.Changed, err, version, changed)
		}
		if _, err := stores.Facts.Journey(ctx, "small"); err != nil {
			t.Fatal(err)
		}
	}
	save(small, 1, true)
	save(small, 1, false)
	save(small+"    owner: Service\n", 2, true)
	if j, err := stores.Facts.Journey(ctx, "small"); err != nil || j.Steps()[0].Owner != "Service" {
		t.Errorf("the facts hold %+v, %v", j, err)
	}
	if s, err := room.Restore(ctx, "small", 1, "Ann"); err != nil || s.Version != 3 {
		t.Errorf("restored as version %d, %v", s.Version, err)
	}
	if _, err := room.Restore(ctx, "small", 9, "Ann"); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("a version that never was: %v", err)
	}
	if _, err := room.Current(ctx, "smal"); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("a journey that never was: %v", err)
	}
	if err := room.Withdraw(ctx, "small"); err != nil {
		t.Fatal(err)
	}
	if _, err := stores.Facts.Journey(ctx, "small"); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("the withdrawn journey is still there: %v", err)
	}
	if versions, err := room.Versions(ctx, "small"); err != nil || len(versions) != 3 {
		t.Errorf("%d versions left, %v", len(versions), err)
	}
	if did, err := room.ProposeIfNone(ctx); did || err != nil {
		t.Errorf("proposed a journey of no data: %v, %v", did, err)
	}
}
