package question

import (
	"context"
	"math"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Stock is what the facts hold, as far as it decides which questions can be answered
// and what is missing: one grouped look at the interactions, the steps of walks and
// the journeys. Nothing in it grows with the interactions.
type Stock struct {
	Holdings []Holding
	// Days counts interactions by the company's local day, for each source and kind.
	Days map[SourceKind]map[time.Time]int64
	Span cx.Period

	zone     *time.Location
	journeys []stockedJourney
	walks    []cx.WalkStep
}

// SourceKind is what one source brings of one kind.
type SourceKind struct {
	Source string
	Kind   cx.Kind
}

// Holding is interactions that are alike in what they carry.
type Holding struct {
	Signature   cx.Signature
	Scale       cx.Scale // the zero Scale where nothing was scored
	Scored      bool
	Carries     Carries
	N           int64
	First, Last time.Time
}

// Carries are bits: what an interaction carries beside its coded fields.
type Carries uint8

const (
	Identified Carries = 1 << iota // belongs to a customer
	Ended                          // says when it was over
	Answered                       // says when a person first answered
	Censored                       // was given up, or not over when it was exported
	InThread                       // belongs to a case, order or session
	Worded                         // has a text
)

// Has reports whether interactions carry all of these.
func (h Holding) Has(c Carries) bool { return h.Carries&c == c }

type stockedJourney struct {
	journey cx.Journey
	steps   []cx.Step
	stepOf  []uint16 // by signature: 1 + index in steps, 0 = none
}

// step is the step that a signature belongs to, -1 = none.
func (j stockedJourney) step(signature int32) int {
	if int(signature) >= len(j.stepOf) {
		return -1
	}
	return int(j.stepOf[signature]) - 1
}

// ReadStock looks at what the facts hold, for a company with these journeys.
func ReadStock(ctx context.Context, facts Facts, journeys []string) (*Stock, error) {
	s := &Stock{zone: facts.Zone(), Days: map[SourceKind]map[time.Time]int64{}}
	signatures, err := facts.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	scales, err := facts.Scales(ctx)
	if err != nil {
		return nil, err
	}
	if s.Span, err = facts.Span(ctx); err != nil {
		return nil, err
	}
	if s.walks, err = facts.WalkSteps(ctx, cx.Period{}); err != nil {
		return nil, err
	}
	for _, name := range journeys {
		j := stockedJourney{}
		if j.journey, err = facts.Journey(ctx, name); err != nil {
			return nil, err
		}
		if j.stepOf, err = facts.Steps(ctx, name); err != nil {
			return nil, err
		}
		j.steps = j.journey.Steps()
		s.journeys = append(s.journeys, j)
	}
	err = facts.Rows(ctx, "coverage", Filter{}, nil, func(scan func(...any) error) error {
		var signature, scale, carries int32
		var on string
		var n int64
		var first, last *time.Time
		if err := scan(&signature, &scale, &carries, &on, &n, &first, &last); err != nil {
			return err
		}
		sig := signatures[signature]
		sig.ID = signature
		if on != "" {
			return s.addDay(SourceKind{sig.Source, sig.Kind}, on, n)
		}
		h := Holding{Signature: sig, Carries: Carries(carries), N: n, First: first.UTC(), Last: last.UTC()}
		h.Scale, h.Scored = scales[int16(scale)]
		s.Holdings = append(s.Holdings, h)
		return nil
	})
	return s, err
}

func (s *Stock) addDay(of SourceKind, on string, n int64) error {
	at, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return cx.Errorf(cx.Internal, "the facts have a day %q: %w", on, err)
	}
	if s.Days[of] == nil {
		s.Days[of] = map[time.Time]int64{}
	}
	s.Days[of][at] += n
	return nil
}

// amount sums the interactions that could be something, and those that are.
func (s *Stock) amount(could, is func(Holding) bool) Amount {
	var a Amount
	for _, h := range s.Holdings {
		if could(h) {
			a.Of += h.N
			if is(h) {
				a.N += h.N
			}
		}
	}
	return a
}

// inAnyJourney is the best amount among the journeys: a question is about one.
func (s *Stock) inAnyJourney(of func(j stockedJourney) Amount) Amount {
	var best Amount
	for i, j := range s.journeys {
		if a := of(j); i == 0 || a.N > best.N {
			best = a
		}
	}
	return best
}

// known reports whether a time after an interaction lies in the data, for at least
// one of them.
func (s *Stock) known(h Holding, after time.Duration) bool {
	return !h.First.Add(after).After(s.Span.To)
}

// wholeMonths reports whether the data hold so many whole months before their end, and
// where those lie; as monthly_problem looks at them.
func (s *Stock) wholeMonths(months int) (from, to time.Time, ok bool) {
	if s.Span.To.IsZero() {
		return from, to, false
	}
	bounds := monthsBefore(s.Span.To.UnixMicro()+1, months, s.zone)
	if s.Span.From.UnixMicro() > bounds[1] {
		return from, to, false
	}
	return time.UnixMicro(bounds[0]), time.UnixMicro(bounds[months]), true
}

// Amount is how many of what there is could be used.
type Amount struct{ N, Of int64 }

// Share is the part that can be used.
func (a Amount) Share() float64 {
	if a.Of == 0 {
		return math.NaN()
	}
	return float64(a.N) / float64(a.Of)
}
