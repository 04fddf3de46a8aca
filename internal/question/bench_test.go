package question

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// columnFacts streams a generated company from columns in memory, so that what is
// measured is the fold: 40 interactions a customer over a year, 2 % of them contacts
// of nobody known.
type columnFacts struct {
	*sliceFacts
	all  Sequence
	span cx.Period
}

func newColumnFacts(n int) *columnFacts {
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	year := 365 * day
	f := &columnFacts{sliceFacts: newSliceFacts(nil), span: cx.Period{From: begin, To: begin.AddDate(1, 0, 0)}}
	for _, kind := range []cx.Kind{cx.Event, cx.Contact, cx.SurveyAnswer} {
		for _, touchpoint := range []string{"search", "look", "pay", "elsewhere"} {
			for _, reason := range []string{"invoice", "delivery", "login"} {
				f.signatures = append(f.signatures, cx.Signature{ID: int32(len(f.signatures)), Kind: kind, Touchpoint: touchpoint, Reason: reason, Channel: "web"})
			}
		}
	}
	f.scales = map[int16]cx.Scale{1: {Name: "nps", Metric: cx.NPS, Max: 10}}
	f.withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: 48 * time.Hour},
		Hours: cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
		Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{{Name: "search"}, {Name: "look"}, {Name: "pay", Promises: []cx.Promise{
			{Name: "answer", Measure: cx.FirstHumanAnswer, Within: 4 * time.Hour, Business: true, Share: .9},
		}}}}},
	})
	s := &f.all
	for i := 0; i < n; {
		customer, count := int64(1+i/40), 40
		if i >= n-n/50 {
			customer, count = 0, n-i
		}
		at := begin.UnixMicro()
		for range min(count, n-i) {
			at += int64(random.ExpFloat64() * float64(year) / float64(count+1))
			at = min(at, begin.UnixMicro()+year)
			s.Customer, s.Start = append(s.Customer, customer), append(s.Start, at)
			s.Signature = append(s.Signature, int32(1+random.IntN(len(f.signatures)-1)))
			s.Thread = append(s.Thread, int64(i/3+1))
			s.End, s.Censored = append(s.End, at+random.Int64N(day)), append(s.Censored, i%4 == 0)
			human := NoTime
			if i%3 > 0 {
				human = at + random.Int64N(day)
			}
			s.FirstHuman = append(s.FirstHuman, human)
			s.Score, s.Scale = append(s.Score, float64(random.IntN(11))), append(s.Scale, int16(i%5/4))
			i++
		}
	}
	return f
}

func (f *columnFacts) Span(context.Context) (cx.Period, error) { return f.span, nil }

func (f *columnFacts) Rows(_ context.Context, fetch string, _ Filter, _ Args, row func(func(...any) error) error) error {
	if fetch != "last_identified" {
		return nil
	}
	return row(func(dest ...any) error { *dest[0].(**time.Time) = &f.span.To; return nil })
}

func (f *columnFacts) Sequences(_ context.Context, filter Filter, want Want, batch func(Sequence) error) error {
	const size = 1 << 14
	keep := make([]bool, len(f.signatures))
	for i := range keep {
		keep[i] = filter.Signatures == nil
	}
	for _, sig := range filter.Signatures {
		keep[sig] = true
	}
	a, out := &f.all, Sequence{}
	for from := 0; from < len(a.Start); from += size {
		out.reset()
		for i := from; i < min(from+size, len(a.Start)); i++ {
			if !keep[a.Signature[i]] {
				continue
			}
			out.Customer, out.Start, out.Signature = append(out.Customer, a.Customer[i]), append(out.Start, a.Start[i]), append(out.Signature, a.Signature[i])
			if want.End {
				out.End = append(out.End, a.End[i])
			}
			if want.FirstHuman {
				out.FirstHuman, out.Censored = append(out.FirstHuman, a.FirstHuman[i]), append(out.Censored, a.Censored[i])
			}
			if want.Thread {
				out.Thread = append(out.Thread, a.Thread[i])
			}
			if want.Row {
				out.Row = append(out.Row, int64(i))
			}
			if want.Score {
				out.Score, out.Scale = append(out.Score, a.Score[i]), append(out.Scale, a.Scale[i])
			}
		}
		if err := batch(out); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sequence) reset() {
	s.Customer, s.Start, s.Signature, s.End, s.FirstHuman = s.Customer[:0], s.Start[:0], s.Signature[:0], s.End[:0], s.FirstHuman[:0]
	s.Censored, s.Thread, s.Score, s.Scale, s.Row = s.Censored[:0], s.Thread[:0], s.Score[:0], s.Scale[:0], s.Row[:0]
}

// BenchmarkFolds gives the cost of each fold per interaction in the store; stream is
// the same stream with nothing done to it.
func BenchmarkFolds(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		facts := newColumnFacts(n)
		run := func(name string, ask func() error) {
			b.Run(fmt.Sprintf("%s/%dM", name, n/1_000_000), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := ask(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/interaction")
			})
		}
		ctx := context.Background()
		run("stream", func() error {
			return facts.Sequences(ctx, Filter{}, Want{End: true, FirstHuman: true, Thread: true, Score: true}, func(Sequence) error { return nil })
		})
		for _, d := range []Definition{funnel(), dropThenContact(), repeatContact(), responseTime(), timeToPerson(), lostInDenominator(), standardMet(), directlyFollows(), variants(), loops(), leavers()} {
			run(d.Name, func() error {
				_, err := d.Ask(ctx, facts, Params{Journey: "buy"})
				return err
			})
		}
	}
}
