//go:build duckdb_arrow

package question_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
)

// engine is what the test needs of a store.
type engine interface {
	question.Facts
	ingest.Facts
	PutJourney(ctx context.Context, j cx.Journey, version int32, steps []uint16) error
	Mirror(ctx context.Context, customers map[cx.ProfileID]cx.CustomerID) error
	MirrorWalks(ctx context.Context, walks map[int64][]cx.WalkStep) error
}

// theCompany is the same random company in two engines: a year around both changes of
// the clock, people merged, scales that differ.
func theCompany(t fataler, engines ...engine) {
	ctx, random := context.Background(), rand.New(rand.NewPCG(7, 7))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	na := 0.0
	header := ingest.Header{Source: "shop", Scales: map[string]cx.Scale{
		"nps":   {Name: "nps", Metric: cx.NPS, Max: 10},
		"stars": {Name: "stars", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4, NotApplicable: &na},
		"seven": {Name: "seven", Metric: cx.CSAT, Min: 1, Max: 7, SatisfiedFrom: 6},
		"ease":  {Name: "ease", Metric: cx.CES, Min: 1, Max: 7, SatisfiedFrom: 5},
	}}
	facts := make([]ingest.Fact, 2000)
	begin := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	for i := range facts {
		start := begin.Add(time.Duration(random.IntN(365*24*4)) * 15 * time.Minute)
		f := ingest.Fact{
			Row: int64(i + 1), Content: uint64(i), Profile: cx.ProfileID(random.IntN(120)), Start: start, Precision: cx.ToTheSecond,
			Thread: int64(random.IntN(400)), Language: "en",
			Signature: cx.Signature{
				Source: "shop", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Kind: cx.Event,
				Channel: pick("web", "phone", "app"), Touchpoint: pick("search", "look", "pay", "elsewhere"),
			},
		}
		binary.BigEndian.PutUint64(f.ID[8:], uint64(i+1))
		if plan := pick("", "basic", "pro"); plan != "" {
			f.Dimensions = map[string]string{"plan": plan}
		}
		switch random.IntN(10) {
		case 0, 1, 2, 3:
			f.Signature.Kind, f.Signature.Reason = cx.Contact, pick("", "invoice", "delivery", "where-is-my-order")
			if random.IntN(3) > 0 {
				f.End = start.Add(time.Duration(random.IntN(4000)) * time.Minute)
			}
			if random.IntN(2) > 0 {
				f.FirstHuman = start.Add(time.Duration(random.IntN(3000)) * time.Minute)
			}
			f.Censored = random.IntN(2) > 0
			if random.IntN(5) == 0 {
				binary.BigEndian.PutUint64(f.Parent[8:], uint64(i))
			}
			f.Signature.Outcome = pick("", "solved", "failed", "transferred")
		case 4, 5, 6:
			f.Signature.Kind, f.Scale = cx.SurveyAnswer, pick("nps", "stars", "seven", "ease")
			f.Score = float64(random.IntN(9))
		case 7:
			if random.IntN(20) == 0 {
				f.Signature.Kind = cx.Cancellation
			} else if random.IntN(2) == 0 {
				f.Signature.Kind = cx.Order
			}
		case 8:
			if random.IntN(4) == 0 {
				f.Signature.Voice = cx.VoiceWalker // never in a customer figure
			} else if random.IntN(2) == 0 {
				f.Signature.Kind, f.End = cx.Delivery, start.Add(time.Duration(random.IntN(9000))*time.Minute)
			}
		case 9:
			f.Signature.Kind, f.Signature.Initiator = cx.Message, cx.ByCompany
			if random.IntN(3) == 0 {
				f.Signature.Kind = cx.Invoice
			} else if random.IntN(2) == 0 {
				f.Signature.Touchpoint = "tracking page"
			} else if random.IntN(20) == 0 {
				f.Signature.Kind, f.Signature.Initiator, f.Signature.Reason = cx.Event, cx.ByCustomer, "unsubscribe"
			}
		}
		facts[i] = f
	}
	journey := cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: 72 * time.Hour},
		Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{
			{Name: "search", Title: "Search", Broken: []cx.Match{{Kind: []string{"event"}, Channel: []string{"phone"}}}},
			{Name: "look", Optional: true, Owner: "shop", Promises: []cx.Promise{
				{Name: "answer", Measure: cx.FirstHumanAnswer, Within: 6 * time.Hour, Business: true, Share: .8},
				{Name: "stars", Measure: cx.ScoreAtLeast, AtLeast: 4, Share: .8},
			}},
			{Name: "pay", Owner: "finance", ContactsAbout: []string{"invoice"}, Promises: []cx.Promise{{Name: "solved", Measure: cx.Resolution, Within: 12 * time.Hour, Share: .9}}},
		}}},
		Personas: []cx.Persona{{Name: "payer", Where: map[string][]string{"plan": {"basic", "pro"}}}},
		Hours:    cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
	}
	walks := theWalks(random, begin)
	people := map[cx.ProfileID]cx.CustomerID{}
	for p := cx.ProfileID(1); p < 120; p++ {
		people[p] = cx.CustomerID(p)
	}
	people[40], people[41] = 3, 3
	for _, e := range engines {
		im, err := e.BeginImport(ctx, 1, header)
		fatal(t, err)
		fatal(t, im.Append(ctx, slices.Clone(facts)))
		_, err = im.Commit(ctx, ingest.LedgerNote{Read: int64(len(facts))})
		fatal(t, err)
		fatal(t, e.Mirror(ctx, people))
		signatures, err := e.Signatures(ctx)
		fatal(t, err)
		steps := make([]uint16, len(signatures))
		for i, s := range signatures {
			steps[i] = uint16(1 + slices.Index([]string{"search", "look", "pay"}, s.Touchpoint))
		}
		fatal(t, e.PutJourney(ctx, journey, 1, steps))
		fatal(t, e.MirrorWalks(ctx, walks))
	}
}

// theWalks are 240 walks of the company: everyday ones, questions on three channels,
// stump questions, and parity walks in pairs and alone.
func theWalks(random *rand.Rand, begin time.Time) map[int64][]cx.WalkStep {
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	maybe := func() *bool {
		yes := random.IntN(3) > 0
		if random.IntN(3) == 0 {
			return nil
		}
		return &yes
	}
	walks := map[int64][]cx.WalkStep{}
	for id := int64(1); id <= 240; id++ {
		w := cx.WalkStep{
			Walk: id, Journey: "buy", Channel: pick("web", "phone", "shop"), Scenario: pick("late", "damage"), Version: 1, Kind: cx.Everyday,
			Voice: cx.VoiceWalker, Walker: 1 + id%9, Department: pick("finance", "it", ""), Treatment: cx.Score{Met: random.IntN(5), Of: 4},
			Outcome: cx.Score{Met: random.IntN(3), Of: 2}, Solved: maybe(), Started: begin.Add(time.Duration(random.IntN(365*24)) * time.Hour),
		}
		switch id % 4 {
		case 0:
			w.Kind = cx.Stump
		case 1:
			w.Kind, w.Arm, w.Pair = cx.Parity, pick("connected", "ordinary", "best"), int64(random.IntN(30))
		case 2:
			w.Voice, w.Walker, w.Department = cx.VoiceRobot, 0, ""
		}
		for order := 1; order <= 1+random.IntN(3); order++ {
			s := w
			s.Order, s.Step, s.At, s.Touchpoint = order, fmt.Sprint("s", order), pick("search", "look", "pay", "gone", ""), pick("", "look", "the shop")
			s.Seconds, s.Felt, s.Kept, s.Done = float64(random.IntN(900))/4, cx.Feeling(random.IntN(6)), maybe(), cx.StepYes
			if random.IntN(6) == 0 {
				s.Done = cx.StepBlocked
			}
			if random.IntN(2) == 0 {
				s.Topic, s.Answer = pick("returns", "price"), cx.Answers()[random.IntN(4)]
			}
			s.Started = w.Started.Add(time.Duration(order) * time.Minute)
			walks[id] = append(walks[id], s)
		}
	}
	return walks
}

// nearly lets sums differ by the order in which they were added up.
var nearly = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a)) })

func fatal(t fataler, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// Every question gives the same answer and the same evidence on every engine.
func TestEnginesGiveEqualAnswers(t *testing.T) {
	ctx := context.Background()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	fatal(t, err)
	reference := memory.NewFacts(zone)
	store, err := duckdb.Open(ctx, filepath.Join(t.TempDir(), "facts.duckdb"), duckdb.Options{Zone: func() *time.Location { return zone }}, nil)
	fatal(t, err)
	t.Cleanup(func() { store.Close() })
	theCompany(t, reference, store)

	for _, p := range engineParams() {
		for _, d := range question.Catalogue() {
			if d.Name == "ces" && p.By != "" {
				continue // csat's own way with fewer scales
			}
			t.Run(fmt.Sprintf("%s?%s", d.Name, p.Values(zone).Encode()), func(t *testing.T) {
				want, err := d.Ask(ctx, reference, p)
				if cx.CodeOf(err) == cx.Invalid && err != nil && (p.By != "" || d.Walks != nil && (p.Persona != "" || p.Dimension != "")) {
					return // not split or filtered that way
				}
				fatal(t, err)
				got, err := d.Ask(ctx, store, p)
				fatal(t, err)
				if diff := cmp.Diff(want, got, nearly); diff != "" {
					t.Fatalf("memory and DuckDB differ (−memory +DuckDB):\n%s", diff)
				}
				for _, row := range got.Rows[:min(2, len(got.Rows))] {
					for i, cell := range row {
						if cell.Evidence == "" || got.Columns[i].Unit != "count" {
							continue
						}
						if d.Walks != nil {
							want, wantMore, err := d.Walks(ctx, reference, p, cell.Evidence, 5)
							fatal(t, err)
							got, gotMore, err := d.Walks(ctx, store, p, cell.Evidence, 5)
							fatal(t, err)
							if !slices.Equal(want, got) || wantMore != gotMore || len(got) == 0 {
								t.Fatalf("the walks of %s differ: %v (more %v), %v (more %v)", cell.Evidence, want, wantMore, got, gotMore)
							}
							break
						}
						wantIDs, wantMore, err := d.Evidence(ctx, reference, p, cell.Evidence, 5)
						fatal(t, err)
						gotIDs, gotMore, err := d.Evidence(ctx, store, p, cell.Evidence, 5)
						fatal(t, err)
						if !slices.Equal(wantIDs, gotIDs) || wantMore != gotMore || len(gotIDs) == 0 {
							t.Fatalf("the evidence of %s differs: %v (more %v), %v (more %v)", got.Columns[i].Name, wantIDs, wantMore, gotIDs, gotMore)
						}
						break // one cell a row is enough: the others take the same way
					}
				}
			})
		}
	}
}

func engineParams() []question.Params {
	march := cx.Period{From: time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)}
	params := []question.Params{
		{},
		{Channel: "web"},
		{Persona: "payer", Days: 30},
		{Dimension: "plan", Value: "pro"},
		{Period: march},
		{Step: "look"},
		{AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		{Period: march, Channel: "phone", By: "reason"},
		{Metric: cx.CSAT},
	}
	for _, by := range []string{"step", "channel", "reason", "touchpoint", "persona", "dimension:plan", "month", "week", "weekday", "hour", "owner"} {
		params = append(params, question.Params{By: by})
	}
	for i := range params {
		params[i].Journey = "buy"
	}
	return params
}

// Both engines see the same of what is there, so that a question is said to be
// answerable on one as on the other.
func TestEnginesHoldTheSameStock(t *testing.T) {
	ctx := context.Background()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	fatal(t, err)
	reference := memory.NewFacts(zone)
	store, err := duckdb.Open(ctx, filepath.Join(t.TempDir(), "facts.duckdb"), duckdb.Options{Zone: func() *time.Location { return zone }}, nil)
	fatal(t, err)
	t.Cleanup(func() { store.Close() })
	theCompany(t, reference, store)
	want, err := question.ReadStock(ctx, reference, []string{"buy"})
	fatal(t, err)
	got, err := question.ReadStock(ctx, store, []string{"buy"})
	fatal(t, err)
	if diff := cmp.Diff(want.Holdings, got.Holdings); diff != "" {
		t.Errorf("what is held differs (−memory +DuckDB):\n%s", diff)
	}
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	imports := []question.Imported{{Source: "shop", At: now.AddDate(0, 0, -30)}}
	if diff := cmp.Diff(want.Coverage(imports, now), got.Coverage(imports, now)); diff != "" {
		t.Errorf("coverage differs (−memory +DuckDB):\n%s", diff)
	}
	for _, h := range got.Holdings {
		if h.N == 0 || h.Signature.Source == "" || h.Last.Before(h.First) {
			t.Fatalf("a holding of nothing: %+v", h)
		}
	}
}
