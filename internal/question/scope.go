package question

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// day is 24 hours in microseconds, the unit of times in a Sequence.
const day = int64(24 * time.Hour / time.Microsecond)

// needs says what a question wants of its parameters.
type needs struct {
	kinds   []cx.Kind // it counts only these; nil = all
	journey bool      // it can't be asked without a journey
	splits  []string  // values of By that it understands; "dimension" stands for dimension:<name>
	least   int64     // its own smallest sample, where Params gives none
}

// everySplit is By of a question whose rows are single interactions.
var everySplit = []string{"", "step", "channel", "reason", "touchpoint", "persona", "dimension", "month", "week", "weekday", "hour"}

// scope is what parameters come down to once the engine's dictionaries are read:
// which signatures and dimension sets a filter keeps, and where the period lies.
type scope struct {
	facts      Facts
	p          Params
	zone       *time.Location
	signatures []cx.Signature
	sets       []map[string]string // dimension sets; nil unless the parameters need them
	setCount   int
	journey    cx.Journey
	steps      []cx.Step
	stepOf     []uint16 // by signature: 1 + index in steps, 0 = none
	span       cx.Period
	from, to   int64  // the period, half-open
	asOf       int64  // the end of what the data can know
	known      int64  // ends and answers after this instant are taken as not known: only where AsOf was asked for
	keepSig    []bool // by signature: the filter and the question's kinds hold it
	keepDims   []bool // by dimension set; nil = all
	group      *grouping
	least      int64
}

// newScope reads the dictionaries and checks the parameters.
func newScope(ctx context.Context, facts Facts, p Params, n needs) (*scope, error) {
	s := &scope{facts: facts, p: p, zone: facts.Zone(), least: p.MinRows}
	if s.least <= 0 {
		s.least = n.least
	}
	var err error
	if s.signatures, err = facts.Signatures(ctx); err != nil {
		return nil, err
	}
	if s.span, err = facts.Span(ctx); err != nil {
		return nil, err
	}
	if err := s.readJourney(ctx, n); err != nil {
		return nil, err
	}
	s.setTime()
	if err := s.setFilter(ctx, n); err != nil {
		return nil, err
	}
	s.group, err = newGrouping(s, n.splits)
	return s, err
}

func (s *scope) readJourney(ctx context.Context, n needs) error {
	p := s.p
	if p.Journey == "" {
		what := ""
		switch {
		case n.journey:
			what = "this question is about the steps of a journey"
		case p.Step != "":
			what = "a step belongs to a journey"
		case p.Persona != "" || p.By == "persona":
			what = "personas are declared by a journey"
		case p.By == "step":
			what = "an answer by step needs a journey"
		default:
			return nil
		}
		return cx.Errorf(cx.Invalid, "%s, and none is named", what).WithRemedy("Name one of the company's journeys: journey=<name>, on the command line --journey <name>.")
	}
	var err error
	if s.journey, err = s.facts.Journey(ctx, p.Journey); err != nil {
		return err
	}
	s.steps = s.journey.Steps()
	s.stepOf, err = s.facts.Steps(ctx, p.Journey)
	for len(s.stepOf) < len(s.signatures) { // signatures newer than the last matching
		s.stepOf = append(s.stepOf, 0)
	}
	return err
}

func (s *scope) setTime() {
	micro := func(t time.Time, open int64) int64 {
		if t.IsZero() {
			return open
		}
		return t.UnixMicro()
	}
	s.from = micro(s.p.Period.From, math.MinInt64/4)
	s.to = micro(s.p.Period.To, math.MaxInt64/4)
	s.asOf, s.known = micro(s.span.To, 0), math.MaxInt64
	if !s.p.AsOf.IsZero() {
		s.asOf = s.p.AsOf.UnixMicro()
		s.known = s.asOf
		s.to = min(s.to, s.asOf+1)
	}
}

func (s *scope) setFilter(ctx context.Context, n needs) error {
	p := s.p
	step := uint16(0)
	if p.Step != "" {
		i := slices.IndexFunc(s.steps, func(st cx.Step) bool { return st.Name == p.Step })
		if i < 0 {
			return cx.Errorf(cx.NotFound, "journey %q has no step %q", p.Journey, p.Step).
				WithRemedy("Choose one of its steps; the Journeys page lists them.")
		}
		step = uint16(i + 1)
	}
	s.keepSig = make([]bool, len(s.signatures))
	for i, sig := range s.signatures {
		s.keepSig[i] = (len(n.kinds) == 0 || slices.Contains(n.kinds, sig.Kind)) &&
			(p.Channel == "" || sig.Channel == p.Channel) &&
			(step == 0 || s.stepOf[i] == step)
	}
	sets, err := s.facts.DimensionSets(ctx)
	if err != nil {
		return err
	}
	s.setCount = len(sets)
	if p.Persona == "" && p.Dimension == "" && p.By != "persona" && !isDimension(p.By) {
		return nil
	}
	s.sets = sets
	var persona cx.Persona
	if p.Persona != "" {
		i := slices.IndexFunc(s.journey.Personas, func(q cx.Persona) bool { return q.Name == p.Persona })
		if i < 0 {
			return cx.Errorf(cx.NotFound, "journey %q has no persona %q", p.Journey, p.Persona).
				WithRemedy("Choose a persona that its file declares.")
		}
		persona = s.journey.Personas[i]
	}
	if p.Persona == "" && p.Dimension == "" {
		return nil
	}
	s.keepDims = make([]bool, max(1, len(s.sets)))
	for i, set := range s.sets {
		s.keepDims[i] = (p.Persona == "" || holdsPersona(persona, set)) &&
			(p.Dimension == "" || set[p.Dimension] == p.Value)
	}
	return nil
}

// holdsPersona reports whether a dimension set satisfies a persona's rule. A
// persona without a rule is everybody.
func holdsPersona(persona cx.Persona, set map[string]string) bool {
	for name, values := range persona.Where {
		if !slices.Contains(values, set[name]) {
			return false
		}
	}
	return true
}

// inPeriod reports whether an interaction's start lies in the period asked about.
func (s *scope) inPeriod(start int64) bool { return start >= s.from && start < s.to }

// held reports whether the filter and the question's kinds keep an interaction.
func (s *scope) held(signature, dims int32) bool {
	return s.keepSig[signature] && (s.keepDims == nil || s.keepDims[dims])
}

// wantDims reports whether a fold must see dimension sets.
func (s *scope) wantDims() bool { return s.keepDims != nil || s.group.dims != nil }

// dimsAt is the dimension set of row i, 0 where the fold didn't ask for it.
func dimsAt(b *Sequence, i int) int32 {
	if b.Dims == nil {
		return 0
	}
	return b.Dims[i]
}

// filter restricts the engine to the signatures that use holds and to the period,
// widened by what a fold must see before and after it (microseconds).
func (s *scope) filter(use func(signature int32) bool, before, after int64) Filter {
	var f Filter
	if s.from > math.MinInt64/4 {
		f.Period.From = time.UnixMicro(s.from - before).UTC()
	}
	if s.to < math.MaxInt64/4 {
		f.Period.To = time.UnixMicro(min(s.to+after, s.asOf+1)).UTC()
	}
	f.Signatures = []int32{}
	for i := 1; i < len(s.signatures); i++ {
		if use(int32(i)) {
			f.Signatures = append(f.Signatures, int32(i))
		}
	}
	if len(f.Signatures) == len(s.signatures)-1 {
		f.Signatures = nil
	}
	return f
}

// single is the filter of a question that looks at interactions one by one: all of
// the scope, left to the engine.
func (s *scope) single() Filter {
	f := s.filter(func(sig int32) bool { return s.keepSig[sig] }, 0, 0)
	if s.p.Persona != "" {
		i := slices.IndexFunc(s.journey.Personas, func(q cx.Persona) bool { return q.Name == s.p.Persona })
		f.Persona = &s.journey.Personas[i]
	}
	f.Dimension, f.Value = s.p.Dimension, s.p.Value
	return f
}

// weeks is how long the part of the period is that has data, in weeks.
func (s *scope) weeks() float64 {
	from, to := s.from, min(s.to, s.asOf)
	if !s.span.From.IsZero() {
		from = max(from, s.span.From.UnixMicro())
	}
	return float64(to-from) / float64(7*day)
}

// fold streams sequences row by row, and stops when ctx does.
func (s *scope) fold(ctx context.Context, f Filter, want Want, row func(b *Sequence, i int)) error {
	return s.facts.Sequences(ctx, f, want, func(b Sequence) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range b.Start {
			row(&b, i)
		}
		return nil
	})
}

// endWithTheIdentified moves a default as-of back to the last interaction of anybody
// identified: what only identified customers can do is not known after it.
func (s *scope) endWithTheIdentified(ctx context.Context, signatures []int32) error {
	if !s.p.AsOf.IsZero() {
		return nil
	}
	return s.facts.Rows(ctx, "last_identified", Filter{Signatures: signatures}, nil, func(scan func(...any) error) error {
		var last *time.Time
		if err := scan(&last); err != nil || last == nil {
			return err
		}
		s.asOf = last.UnixMicro()
		return nil
	})
}

// tally counts what an answer scanned, used and left out.
type tally struct {
	scanned, included int64
	reasons           []string
	left              map[string]int64
}

// use counts an interaction that a row rests on.
func (t *tally) use() { t.scanned++; t.included++ }

// drop counts one that is left out, with the reason.
func (t *tally) drop(reason string) { t.dropMany(reason, 1) }

func (t *tally) dropMany(reason string, n int64) {
	if n == 0 {
		return
	}
	if t.left == nil {
		t.left = map[string]int64{}
	}
	if _, seen := t.left[reason]; !seen {
		t.reasons = append(t.reasons, reason)
	}
	t.left[reason] += n
	t.scanned += n
}

// leftOut lists the reasons, the most frequent first.
func (t *tally) leftOut() []LeftOut {
	out := make([]LeftOut, 0, len(t.reasons))
	for _, reason := range t.reasons {
		out = append(out, LeftOut{Reason: reason, Count: t.left[reason]})
	}
	slices.SortStableFunc(out, func(a, b LeftOut) int {
		if a.Count != b.Count {
			return int(max(-1, min(1, b.Count-a.Count)))
		}
		if a.Reason < b.Reason {
			return -1
		}
		return 1
	})
	return out
}

// answer makes an Answer of what the tally counted.
func answer[Row any](s *scope, t *tally, version int, rows []Row, notes []string) Answer[Row] {
	a := Answer[Row]{Rows: rows, Scanned: t.scanned, Included: t.included, LeftOut: t.leftOut(), Notes: notes, Version: version}
	if s.asOf != 0 {
		a.AsOf = time.UnixMicro(s.asOf).UTC()
	}
	return a
}

// Reasons that several questions give for leaving an interaction out.
const (
	unidentified = "customer not identified"
	notOver      = "too recent: its time is not over yet"
)
