package finding_test

import (
	"context"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/store"
)

func TestFindingsGoOnUnderANewWord(t *testing.T) {
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
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	about := func(step, segment string) cx.Finding {
		return cx.Finding{
			Key: cx.FindingKey{Question: "funnel", Journey: "order", Step: step, Segment: segment}, State: cx.FindingAccepted,
			Title: "Pay, channel tel: 20 % drop off", Evidence: "channel=tel&journey=order&question=funnel", Effort: "small",
		}
	}
	saved, err := stores.Vault.SaveRun(ctx, finding.Run{At: now}, []cx.Finding{
		about("pay", "channel=tel"), about("ask", "channel=tel"), about("ask", "channel=phone"), about("pay", "reason=tel"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	room := finding.New(stores.Vault, stores.Facts, nil, func() time.Time { return now })
	if err := room.Follow(ctx, []cx.Rewording{{Field: cx.CodeChannel, Came: "tel", Word: "phone"}}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		name, segment, title, evidence string
		state                          cx.FindingState
		event                          string
	}{
		{"it goes on with its history", "channel=phone", "Pay, channel phone: 20 % drop off", "channel=phone&journey=order&question=funnel", cx.FindingAccepted, finding.Renamed},
		{"where the new word has one, the former closes", "channel=tel", "Pay, channel tel: 20 % drop off", "channel=tel&journey=order&question=funnel", cx.FindingClosed, finding.ClosedNow},
		{"and that one stays as it is", "channel=phone", "Pay, channel tel: 20 % drop off", "channel=tel&journey=order&question=funnel", cx.FindingAccepted, ""},
		{"another field's word is another", "reason=tel", "Pay, channel tel: 20 % drop off", "channel=tel&journey=order&question=funnel", cx.FindingAccepted, ""},
	} {
		f, events, err := room.Finding(ctx, saved[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		if f.Key.Segment != want.segment || f.Title != want.title || f.Evidence != want.evidence || f.State != want.state || f.Effort != "small" {
			t.Errorf("%s: %+v", want.name, f)
		}
		event := ""
		if len(events) > 0 {
			event = events[len(events)-1].What
		}
		if event != want.event {
			t.Errorf("%s: its last event is %q, want %q", want.name, event, want.event)
		}
	}
}
