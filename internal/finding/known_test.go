package finding

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
)

// firstMonday is when the known companies begin; they last knownWeeks.
var firstMonday = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

const (
	knownWeeks = 40
	broke      = knownWeeks - defaultWeeks // the week in which what breaks breaks
)

// known is a company written down interaction by interaction.
type known struct {
	facts []ingest.Fact
}

// add notes an interaction of a customer at an hour of a week.
func (k *known) add(customer, week int, after time.Duration, s cx.Signature, with func(*ingest.Fact)) {
	s.Source, s.Voice, s.Initiator = "known", cx.VoiceCustomer, cx.ByCustomer
	f := ingest.Fact{Row: int64(len(k.facts) + 1), Profile: cx.ProfileID(customer), Signature: s, Start: firstMonday.AddDate(0, 0, 7*week).Add(after)}
	binary.BigEndian.PutUint64(f.ID[:], uint64(f.Row))
	if with != nil {
		with(&f)
	}
	k.facts = append(k.facts, f)
}

// found is what stands out in it, after the correction for many tests.
func (k *known) found(t *testing.T, j cx.Journey, stepOf func(cx.Signature) uint16) []suspicion {
	t.Helper()
	ctx := context.Background()
	facts, err := duckdb.Open(ctx, filepath.Join(t.TempDir(), "facts.duckdb"), duckdb.Options{Threads: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { facts.Close() })
	// The last half day of the last week must be there for the week to be closed.
	k.add(0, knownWeeks, -time.Hour, cx.Signature{Kind: cx.Usage, Touchpoint: "elsewhere"}, nil)
	im, err := facts.BeginImport(ctx, 1, ingest.Header{Source: "known"})
	if err != nil {
		t.Fatal(err)
	}
	if err := im.Append(ctx, k.facts); err != nil {
		t.Fatal(err)
	}
	if _, err := im.Commit(ctx, ingest.LedgerNote{Read: int64(len(k.facts))}); err != nil {
		t.Fatal(err)
	}
	signatures, err := facts.Signatures(ctx)
	if err != nil {
		t.Fatal(err)
	}
	steps := make([]uint16, len(signatures))
	for i, s := range signatures {
		if i > 0 {
			steps[i] = stepOf(s)
		}
	}
	if err := facts.PutJourney(ctx, j, 1, steps); err != nil {
		t.Fatal(err)
	}
	span, err := facts.Span(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w, ok := windowOf(span, Options{}, facts.Zone())
	if !ok || len(w.turns) != 2 {
		t.Fatalf("%d turns", len(w.turns))
	}
	room := New(nil, facts, nil, time.Now)
	all, _, err := room.suspect(ctx, w, []cx.Journey{j}, nil)
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := discoveries(all)
	for _, s := range kept {
		t.Logf("%s %s %s: %s — %s", s.key.Question, s.key.Step, s.key.Segment, s.title, s.why)
	}
	return kept
}

// helpJourney is one step of contacts, with or without a promise.
func helpJourney(promises ...cx.Promise) (cx.Journey, func(cx.Signature) uint16) {
	journey := cx.Journey{
		Name: "help", Title: "Help", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: time.Hour},
		Stages: []cx.Stage{{Name: "help", Steps: []cx.Step{{Name: "write", Title: "I write", Promises: promises}}}},
	}
	return journey, func(s cx.Signature) uint16 {
		if s.Kind == cx.Contact {
			return 1
		}
		return 0
	}
}

func keyed(kept []suspicion, question, segment string) bool {
	for _, s := range kept {
		if s.key.Question == question && s.key.Segment == segment {
			return true
		}
	}
	return false
}

func answeredAfter(wait time.Duration) func(*ingest.Fact) {
	return func(f *ingest.Fact) { f.FirstHuman, f.End = f.Start.Add(wait), f.Start.Add(wait+time.Hour) }
}

// Where nothing is promised, a channel that grows slow is found against the other
// channel, and so is a slow day of the week.
func TestSlowAnswersAreFoundWithoutAPromise(t *testing.T) {
	for _, c := range []struct {
		name    string
		wait    func(channel string, week, day int) time.Duration
		segment string // "" = nothing
	}{
		{"e-mail grows slow", func(channel string, week, _ int) time.Duration {
			if channel == "email" && week >= broke {
				return 50 * time.Hour
			}
			return 0
		}, "channel=email"},
		{"Wednesday's chats wait", func(channel string, _, day int) time.Duration {
			if channel == "chat" && day == 2 {
				return 50 * time.Hour
			}
			return 0
		}, "channel=chat weekday=Wednesday"},
		{"both grow slow alike in the season", func(_ string, week, _ int) time.Duration {
			if week >= broke {
				return 50 * time.Hour
			}
			return 0
		}, ""},
		{"nothing", func(string, int, int) time.Duration { return 0 }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k known
			for week := range knownWeeks {
				for i := range 40 { // eight a day: enough for a day's figure
					for n, channel := range []string{"email", "chat"} {
						day := i % 5
						wait := time.Duration(1+(week*7+i*3+n)%12)*time.Hour + c.wait(channel, week, day)
						k.add(1+i+40*n+80*week, week, time.Duration(24*day+9)*time.Hour, cx.Signature{Kind: cx.Contact, Channel: channel, Touchpoint: "help", Reason: "all"}, answeredAfter(wait))
					}
				}
			}
			j, steps := helpJourney()
			kept := k.found(t, j, steps)
			if c.segment == "" && len(kept) > 0 || c.segment != "" && !keyed(kept, "response_time", c.segment) {
				t.Errorf("want %q", c.segment)
			}
		})
	}
}

// Contacts that rise with orders or with each other are growth and season; a reason
// that rises alone is a finding, unless one caller makes it.
func TestContactsThatRiseBeyondOrdersAreFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		orders func(week int) int
		calls  func(reason string, week int) (calls int, by func(i int) int)
		want   bool
	}{
		{"one reason rises", func(int) int { return 60 }, func(reason string, week int) (int, func(int) int) {
			if reason == "invoice" && week >= broke {
				return 24, nil
			}
			return 8, nil
		}, true},
		{"December: everything doubles", func(week int) int {
			if week >= broke {
				return 120
			}
			return 60
		}, func(_ string, week int) (int, func(int) int) {
			if week >= broke {
				return 16, nil
			}
			return 8, nil
		}, false},
		{"all reasons rise alike without orders", func(int) int { return 60 }, func(_ string, week int) (int, func(int) int) {
			if week >= broke {
				return 20, nil
			}
			return 8, nil
		}, false},
		{"one caller calls all day", func(int) int { return 60 }, func(reason string, week int) (int, func(int) int) {
			if reason == "invoice" && week >= broke {
				return 40, func(i int) int {
					if i >= 8 {
						return 1
					}
					return 100 + i
				}
			}
			return 8, nil
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k known
			for week := range knownWeeks {
				for i := range c.orders(week) {
					k.add(1000+i, week, time.Duration(i)*time.Hour, cx.Signature{Kind: cx.Order, Channel: "web", Touchpoint: "order"}, nil)
				}
				for n, reason := range []string{"invoice", "delivery", "password", "network"} {
					calls, by := c.calls(reason, week)
					for i := range calls {
						customer := 100 + 50*n + i + 200*(week%7)
						if by != nil {
							customer = by(i)
						}
						k.add(customer, week, time.Duration(i*2+8)*time.Hour, cx.Signature{Kind: cx.Contact, Channel: "phone", Touchpoint: "help", Reason: reason}, answeredAfter(time.Minute))
					}
				}
			}
			j, steps := helpJourney()
			kept := k.found(t, j, steps)
			if keyed(kept, "contacts_by_reason", "reason=invoice") != c.want || !c.want && len(kept) > 0 {
				t.Errorf("found %d, want it: %v", len(kept), c.want)
			}
		})
	}
}

// One caller whose every call breaks the promise is no broken promise; as many
// callers are.
func TestOneBusyCallerMakesNoFinding(t *testing.T) {
	for _, c := range []struct {
		name    string
		callers int
		want    bool
	}{{"one caller", 1, false}, {"sixty callers", 60, true}} {
		var k known
		for week := range knownWeeks {
			for i := range 30 {
				k.add(1000+i, week, time.Duration(8+i)*time.Hour, cx.Signature{Kind: cx.Contact, Channel: "phone", Touchpoint: "help", Reason: "all"}, answeredAfter(time.Minute))
			}
			for i := range 60 {
				k.add(1+i%c.callers, week, time.Duration(8+2*i)*time.Hour, cx.Signature{Kind: cx.Contact, Channel: "phone", Touchpoint: "help", Reason: "all"}, answeredAfter(9*time.Hour))
			}
		}
		j, steps := helpJourney(cx.Promise{Name: "soon", Measure: cx.FirstHumanAnswer, Within: time.Hour, Share: .9})
		if got := keyed(k.found(t, j, steps), "standard_met", ""); got != c.want {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAChangeMustBeTheGroupsOwn(t *testing.T) {
	for _, c := range []struct {
		name   string
		group  change
		others change
		worse  bool
	}{
		{"it rose while the others stayed", change{harmed{60, 200}, harmed{20, 200}}, change{harmed{20, 200}, harmed{20, 200}}, true},
		{"it stayed while the others got better", change{harmed{22, 200}, harmed{20, 200}}, change{harmed{10, 300}, harmed{90, 300}}, false},
	} {
		if got := grewWorse(c.group, []change{c.others}).andItself(c.group); (got.low > 0) != c.worse {
			t.Errorf("%s: at least %.3f", c.name, got.low)
		}
	}
}

// A confounded segment: only phones got worse, and most of the young are on phones.
func TestAChangeAmongLikeAndLikeHolds(t *testing.T) {
	was, worse := func(n int64) harmed { return harmed{n / 10, n} }, func(n int64) harmed { return harmed{n / 2, n} }
	for _, c := range []struct {
		name  string
		cells []cell
		holds bool
	}{
		{"the young are on phones, and phones got worse", []cell{
			{change{worse(180), was(180)}, change{worse(60), was(60)}},
			{change{was(20), was(20)}, change{was(240), was(240)}},
		}, false},
		{"the young got worse on every device", []cell{
			{change{worse(180), was(180)}, change{was(60), was(60)}},
			{change{worse(20), was(20)}, change{was(240), was(240)}},
		}, true},
		{"nobody like them", []cell{{change{worse(180), was(180)}, change{}}}, true},
	} {
		if got := (apart{cells: c.cells}).holds(); got != c.holds {
			t.Errorf("%s: holds %v", c.name, got)
		}
	}
}
