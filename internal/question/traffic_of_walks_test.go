//go:build duckdb_arrow

package question_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
)

// trafficEngine can be told whose interactions are walk traffic.
type trafficEngine interface {
	engine
	SetTestProfiles(ctx context.Context, profiles []cx.ProfileID) error
}

// firstWalker is the least profile of the walkers in walkTraffic.
const firstWalker = cx.ProfileID(9000)

// walkTraffic is what walkers and robots did in the company's own systems: marked with
// their voice, or a customer's by the look of it, of a profile from firstWalker on.
func walkTraffic(random *rand.Rand, n int) []ingest.Fact {
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	facts := make([]ingest.Fact, n)
	for i := range facts {
		start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(700*24*4)) * 15 * time.Minute)
		f := ingest.Fact{
			Row: int64(i + 1), Content: uint64(1 << 40), Profile: firstWalker + cx.ProfileID(random.IntN(5)), Start: start, End: start.Add(time.Hour),
			Precision: cx.ToTheSecond, Thread: int64(random.IntN(400)), Signature: cx.Signature{
				Source: "site", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Kind: cx.Event,
				Channel: pick("web", "phone"), Touchpoint: pick("search", "look", "pay", "elsewhere"),
			},
		}
		binary.BigEndian.PutUint64(f.ID[:8], uint64(i+1))
		switch random.IntN(4) {
		case 0:
			f.Signature.Kind, f.Signature.Reason, f.FirstHuman = cx.Contact, pick("invoice", "delivery"), start.Add(time.Minute)
		case 1:
			f.Signature.Kind, f.Scale, f.Score = cx.SurveyAnswer, "nps", 0
		case 2:
			f.Signature.Kind = cx.Cancellation
		}
		if random.IntN(2) == 0 { // it says itself what it is, and comes from anybody
			f.Signature.Voice, f.Profile = cx.VoiceRobot, cx.ProfileID(random.IntN(120))
		}
		facts[i] = f
	}
	return facts
}

func putWalkTraffic(t fataler, e trafficEngine, facts []ingest.Fact) {
	ctx := context.Background()
	im, err := e.BeginImport(ctx, 2, ingest.Header{Source: "site", Scales: map[string]cx.Scale{"nps": {Name: "nps", Metric: cx.NPS, Max: 10}}})
	fatal(t, err)
	fatal(t, im.Append(ctx, slices.Clone(facts)))
	_, err = im.Commit(ctx, ingest.LedgerNote{Read: int64(len(facts))})
	fatal(t, err)
	signatures, err := e.Signatures(ctx)
	fatal(t, err)
	steps := make([]uint16, len(signatures))
	for i, s := range signatures {
		steps[i] = uint16(1 + slices.Index([]string{"search", "look", "pay"}, s.Touchpoint))
	}
	journey, err := e.Journey(ctx, "buy")
	fatal(t, err)
	fatal(t, e.PutJourney(ctx, journey, 2, steps))
}

type fataler interface{ Fatal(args ...any) }

func walkersProfiles() []cx.ProfileID {
	var out []cx.ProfileID
	for p := firstWalker; p < firstWalker+5; p++ {
		out = append(out, p)
	}
	return out
}

// For every question about customers: adding walk traffic changes no answer, whether
// the test customers are named before or after it is imported; and when they are
// named no more, it counts as what it looks like.
func TestWalkTrafficChangesNoCustomersFigure(t *testing.T) {
	ctx := context.Background()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	fatal(t, err)
	store, err := duckdb.Open(ctx, filepath.Join(t.TempDir(), "facts.duckdb"), duckdb.Options{Zone: func() *time.Location { return zone }}, nil)
	fatal(t, err)
	t.Cleanup(func() { store.Close() })
	before, after, clean := memory.NewFacts(zone), memory.NewFacts(zone), memory.NewFacts(zone)
	theCompany(t, clean, before, after, store)
	traffic := walkTraffic(rand.New(rand.NewPCG(1, 2)), 600)
	fatal(t, before.SetTestProfiles(ctx, walkersProfiles()))
	putWalkTraffic(t, before, traffic)
	for _, e := range []trafficEngine{after, store} {
		putWalkTraffic(t, e, traffic)
		fatal(t, e.SetTestProfiles(ctx, walkersProfiles()))
	}
	same := func(t *testing.T, what string, e trafficEngine) {
		t.Helper()
		compareAnswers(t, what, clean, e, engineParams())
	}
	same(t, "named before the import", before)
	same(t, "named after the import", after)
	same(t, "named after the import, in DuckDB", store)

	fatal(t, store.SetTestProfiles(ctx, nil))
	question := question.Params{Journey: "buy"}
	want, err := tableOf(clean, "traffic", question)
	fatal(t, err)
	got, err := tableOf(store, "traffic", question)
	fatal(t, err)
	if cmp.Equal(want, got) {
		t.Error("nobody is named a test customer any more, and their interactions still do not count")
	}
	fatal(t, store.SetTestProfiles(ctx, walkersProfiles()))
	same(t, "named again", store)
}

// The same for traffic of any shape and amount.
func TestAnyWalkTrafficChangesNoCustomersFigure(t *testing.T) {
	clean := memory.NewFacts(time.UTC)
	theCompany(t, clean)
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		dirty := memory.NewFacts(time.UTC)
		theCompany(t, dirty)
		putWalkTraffic(t, dirty, walkTraffic(random, rapid.IntRange(0, 200).Draw(t, "interactions")))
		fatal(t, dirty.SetTestProfiles(context.Background(), walkersProfiles()))
		p := rapid.SampledFrom(engineParams()).Draw(t, "params")
		compareAnswers(t, "drawn", clean, dirty, []question.Params{p}, rapid.SampledFrom(question.Catalogue()).Draw(t, "question").Name)
	})
}

func tableOf(e question.Facts, name string, p question.Params) (question.Table, error) {
	d, err := question.Describe(name)
	if err != nil {
		return question.Table{}, err
	}
	return d.Ask(context.Background(), e, p)
}

func compareAnswers(t fataler, what string, clean, dirty question.Facts, params []question.Params, only ...string) {
	for _, p := range params {
		for _, d := range question.Catalogue() {
			if d.Walks != nil || len(only) > 0 && !slices.Contains(only, d.Name) {
				continue // about walks
			}
			want, err := tableOf(clean, d.Name, p)
			if cx.CodeOf(err) == cx.Invalid && err != nil {
				continue // not split that way
			}
			fatal(t, err)
			got, err := tableOf(dirty, d.Name, p)
			fatal(t, err)
			if diff := cmp.Diff(want, got, nearly); diff != "" {
				t.Fatal(fmt.Sprintf("%s: walk traffic changes %s?%s (−without +with):\n%s", what, d.Name, p.Values(time.UTC).Encode(), diff))
			}
		}
	}
}
