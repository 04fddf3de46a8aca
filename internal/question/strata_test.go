package question

import (
	"context"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// drawCuts draws three instants and the stretches whose sum a period is.
func drawCuts(t *rapid.T) (cuts Cuts, period cx.Period, in func(Stratum) bool) {
	at := firstDay.AddDate(0, 0, rapid.IntRange(0, 10).Draw(t, "from"))
	for range 3 {
		cuts = append(cuts, at)
		at = at.AddDate(0, 0, rapid.IntRange(1, 12).Draw(t, "days"))
	}
	first := rapid.IntRange(0, 1).Draw(t, "first")
	last := rapid.IntRange(first+1, 2).Draw(t, "last")
	return cuts, cx.Period{From: cuts[first], To: cuts[last]}, func(s Stratum) bool { return s.Stretch >= first && s.Stretch < last }
}

var strataSplits = []string{"", "step", "channel", "persona", "dimension:plan"}

type kn struct{ k, n int64 }

// put adds a count where there is one.
func put[K comparable](m map[K]kn, at K, k, n int64) {
	if n > 0 {
		m[at] = kn{m[at].k + k, m[at].n + n}
	}
}

// Added up, strata are the rows that the questions answer when asked for every group.
func TestStrataAddUpToTheAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawWorld(t)
		cuts, period, in := drawCuts(t)
		by := rapid.SampledFrom(append([]string{"weekday"}, strataSplits...)).Draw(t, "by")
		p := Params{Journey: "buy", Period: period, By: by}
		splitter, err := NewSplitter(ctx, world, "buy")
		if err != nil {
			t.Fatal(err)
		}
		checkStandards(ctx, t, world, splitter, p, cuts, in)
		if by == "" || by == "step" || by == "channel" || by == "weekday" {
			checkWaits(ctx, t, world, splitter, p, cuts, in)
		}
		if by != "weekday" {
			checkScores(ctx, t, world, splitter, p, cuts, in)
		}
		if by != "step" && by != "weekday" {
			checkFunnel(ctx, t, world, splitter, p)
		}
	})
}

type promiseGroup struct{ group, step, promise string }

func checkStandards(ctx context.Context, t *rapid.T, world *sliceFacts, splitter *Splitter, p Params, cuts Cuts, in func(Stratum) bool) {
	promises, strata, err := StandardStrata(ctx, world, p.Journey, cuts)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := AskStandardMet(ctx, world, p)
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[promiseGroup]kn{}, map[promiseGroup]kn{}
	for _, r := range asked.Rows {
		put(want, promiseGroup{r.Group.Name, r.Step, r.Promise.Name}, r.Cases-r.Met, r.Cases)
	}
	for _, s := range strata {
		for i, c := range s.Broken {
			if in(s.Stratum) {
				put(got, promiseGroup{splitter.Group(p.By, s.Stratum).Name, promises[i].Step, promises[i].Promise.Name}, c.K, c.N)
			}
		}
	}
	if !maps.Equal(want, got) {
		t.Fatalf("promises by %q: strata %v, asked %v", p.By, got, want)
	}
}

func checkWaits(ctx context.Context, t *rapid.T, world *sliceFacts, splitter *Splitter, p Params, cuts Cuts, in func(Stratum) bool) {
	type waits struct {
		kn
		median float64
	}
	sum := func(strata []WaitStratum, err error) map[string]waits {
		if err != nil {
			t.Fatal(err)
		}
		joined := map[string]*statistics.Waits{}
		for _, s := range strata {
			name := splitter.Group(p.By, s.Stratum).Name
			if in(s.Stratum) && s.Waits.N() > 0 {
				if joined[name] == nil {
					joined[name] = &statistics.Waits{}
				}
				joined[name].Join(s.Waits)
			}
			if s.Once.N() > s.Waits.N() {
				t.Fatalf("%d first waits of %d", s.Once.N(), s.Waits.N())
			}
		}
		out := map[string]waits{}
		answered := int64(0)
		for _, w := range joined {
			answered += w.Events
		}
		for name, w := range joined {
			if answered == 0 {
				break // the answer has no rows then: nobody knows whether anybody answered
			}
			out[name] = waits{kn: kn{w.Events, w.N()}, median: newWait(w, 1).Median.Value}
		}
		return out
	}
	p = byChannel(p)
	persons, err := AskTimeToPerson(ctx, world, p)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]waits{}
	for _, r := range persons.Rows {
		want[r.Group.Name] = waits{kn: kn{r.Reached, r.Contacts}, median: r.Wait.Median.Value}
	}
	if got := sum(TimeToPersonStrata(ctx, world, p.Journey, cuts)); !maps.Equal(want, got) {
		t.Fatalf("time to a person by %q: strata %v, asked %v", p.By, got, want)
	}
	if !p.Period.From.Equal(cuts[0]) || !p.Period.To.Equal(cuts[2]) {
		return // a reopened thread is seen from further back in a longer pass
	}
	responses, err := AskResponseTime(ctx, world, p)
	if err != nil {
		t.Fatal(err)
	}
	want = map[string]waits{}
	for _, r := range responses.Rows {
		want[r.Group.Name] = waits{kn: kn{r.Answered, r.Waits}, median: r.Business.Median.Value}
	}
	if got := sum(ResponseTimeStrata(ctx, world, p.Journey, cuts)); !maps.Equal(want, got) {
		t.Fatalf("response time by %q: strata %v, asked %v", p.By, got, want)
	}
}

func checkScores(ctx context.Context, t *rapid.T, world *sliceFacts, splitter *Splitter, p Params, cuts Cuts, in func(Stratum) bool) {
	from := 0
	for !cuts[from].Equal(p.Period.From) {
		from++
	}
	traffic, err := CountTraffic(ctx, world, p.Journey, cuts, []int{from}, strataSplits)
	if err != nil {
		t.Fatal(err)
	}
	type scaleGroup struct{ group, scale string }
	for metric, ask := range map[cx.Metric]func(context.Context, Facts, Params) (Answer[ScoreRow], error){cx.NPS: AskNPS, cx.CSAT: AskCSAT, cx.CES: AskCES} {
		asked, err := ask(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[scaleGroup]kn{}, map[scaleGroup]kn{}
		for _, r := range asked.Rows {
			put(want, scaleGroup{r.Group.Name, r.Scale}, r.Negative, r.Answers)
		}
		for _, s := range traffic.Scores {
			for shape, c := range s.Bad {
				if traffic.Shapes[shape].Metric == metric && in(s.Stratum) {
					put(got, scaleGroup{splitter.Group(p.By, s.Stratum).Name, traffic.Shapes[shape].Scale}, c.K, c.N)
				}
			}
		}
		if !maps.Equal(want, got) {
			t.Fatalf("%s by %q: strata %v, asked %v", metric, p.By, got, want)
		}
	}
	if p.By == "step" || !p.Period.To.Equal(cuts[2]) {
		return
	}
	for _, step := range world.journeys[p.Journey].Steps() {
		q := p
		q.Step = step.Name
		asked, err := customersAt(ctx, world, q)
		if err != nil {
			t.Fatal(err)
		}
		for group, customers := range asked {
			if got := traffic.Customers(from, p.By, step.Name, group); got != customers {
				t.Fatalf("%d customers at %s, group %q of %q, asked %d", got, step.Name, group, p.By, customers)
			}
		}
	}
}

// customersAt is the customers of each group at a step, asked of traffic.
func customersAt(ctx context.Context, world *sliceFacts, p Params) (map[string]int64, error) {
	s, err := newScope(ctx, world, p, needs{splits: everySplit})
	if err != nil {
		return nil, err
	}
	counts, err := s.traffic(ctx)
	out := map[string]int64{}
	for i, c := range counts {
		if c.Interactions > 0 {
			out[s.group.groups[i].Name] = c.Customers
		}
	}
	return out, err
}

func checkFunnel(ctx context.Context, t *rapid.T, world *sliceFacts, splitter *Splitter, p Params) {
	strata, err := FunnelStrata(ctx, world, p.Journey, Cuts{p.Period.From, p.Period.To})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := AskFunnel(ctx, world, p)
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[[2]string]kn{}, map[[2]string]kn{}
	for _, r := range asked.Rows {
		if !r.Last {
			put(want, [2]string{r.Group.Name, r.Step}, r.Dropped(), r.Reached)
		}
	}
	for _, s := range strata {
		for i, c := range s.Steps {
			put(got, [2]string{splitter.Group(p.By, s.Stratum).Name, world.journeys["buy"].Steps()[i].Name}, c.K, c.N)
		}
	}
	if !maps.Equal(want, got) {
		t.Fatalf("funnel by %q: strata %v, asked %v", p.By, got, want)
	}
}

// Who calls every day is one case a week, however often.
func TestABusyCallerCountsOnceAWeek(t *testing.T) {
	var facts []fact
	for d := range 28 {
		at := firstDay.AddDate(0, 0, d)
		for call := range 3 {
			facts = append(facts, fact{
				Customer: 1, Start: at.Add(time.Duration(9+call) * time.Hour), End: at.Add(20 * time.Hour), Censored: true,
				Signature: cx.Signature{Kind: cx.Contact, Touchpoint: "search", Reason: "everything", Channel: "phone"},
			})
		}
		facts = append(facts, fact{
			Start: at.Add(time.Hour), End: at.Add(2 * time.Hour), Censored: true,
			Signature: cx.Signature{Kind: cx.Contact, Touchpoint: "search", Reason: "everything", Channel: "phone"},
		})
	}
	world := newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: time.Hour},
		Stages: []cx.Stage{{Steps: []cx.Step{{Name: "search"}}}},
	})
	cuts := Cuts{firstDay, firstDay.AddDate(0, 0, 14), firstDay.AddDate(0, 0, 28)}
	traffic, err := CountTraffic(context.Background(), world, "buy", cuts, []int{1}, []string{""})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range traffic.Contacts["everything"] {
		if c.N != 14*4 || c.OnceN != 2+14 { // the unidentified count every time
			t.Errorf("two weeks: %d contacts, %d counted; want 56 and 16", c.N, c.OnceN)
		}
	}
	waits, err := TimeToPersonStrata(context.Background(), world, "buy", cuts)
	if err != nil {
		t.Fatal(err)
	}
	var all, once int64
	for _, w := range waits {
		all, once = all+w.Waits.N(), once+w.Once.N()
	}
	if all != 28*4 || once != 4+28 {
		t.Errorf("%d waits, %d counted; want 112 and 32", all, once)
	}
}

func TestCutsMustDivideTime(t *testing.T) {
	world := newSliceFacts(nil).withJourney(cx.Journey{Name: "buy", Stages: []cx.Stage{{Steps: []cx.Step{{Name: "search"}}}}})
	for name, cuts := range map[string]Cuts{"none": nil, "one": {firstDay}, "out of order": {firstDay, firstDay.AddDate(0, 0, -1)}} {
		if _, err := FunnelStrata(context.Background(), world, "buy", cuts); cx.CodeOf(err) != cx.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}
