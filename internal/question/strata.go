package question

import (
	"context"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Stratum is the smallest group that any split of an answer can be put together from:
// a stretch of time, a step, a channel, a weekday and a set of dimensions. Whoever
// wants the same question answered for many groups and periods counts strata in one
// pass over the facts and adds them up, instead of asking once for each.
type Stratum struct {
	Stretch int // index in Cuts: the stretch from cut to the next one
	Step    int // 1 + index in the journey's steps; 0 = none
	Channel string
	Weekday int   // 1 = Monday … 7 = Sunday, local; 0 where the pass doesn't tell days apart
	Dims    int32 // number of the dimension set; 0 also where the pass doesn't tell sets apart
}

// Cuts divide time into stretches; instants in order, the last one ends the last
// stretch.
type Cuts []time.Time

func (c Cuts) period() cx.Period { return cx.Period{From: c[0], To: c[len(c)-1]} }

// Count is how many of N cases K are. OnceK and OnceN are the same with a customer's
// first case of each week only, so that nobody makes a figure alone; the
// unidentified, who can't be told apart, count every time.
type Count struct{ K, N, OnceK, OnceN int64 }

func (c *Count) add(is, once bool) {
	c.N++
	if once {
		c.OnceN++
	}
	if is {
		c.K++
		if once {
			c.OnceK++
		}
	}
}

// weekly notices a customer's first case of a week. The stream brings a customer's
// cases together, so that one place for each sort of case is enough.
type weekly struct {
	monday int64
	seen   []struct{ customer, week int64 }
}

// first reports whether this is the customer's first case of a sort in its week.
func (w *weekly) first(customer, start int64, sort int) bool {
	if customer == 0 {
		return true
	}
	week := (start - w.monday) / (7 * day)
	if start < w.monday {
		week--
	}
	for sort >= len(w.seen) {
		w.seen = append(w.seen, struct{ customer, week int64 }{})
	}
	if at := &w.seen[sort]; at.customer != customer || at.week != week {
		at.customer, at.week = customer, week
		return true
	}
	return false
}

// weeklyAnyOrder does so where a customer's cases come together and not in order.
type weeklyAnyOrder struct {
	monday, customer int64
	seen             map[[2]int64]struct{} // week and sort, of the customer at hand
}

func (w *weeklyAnyOrder) first(customer, start int64, sort int) bool {
	if customer == 0 {
		return true
	}
	if w.seen == nil {
		w.seen = map[[2]int64]struct{}{}
	}
	if customer != w.customer {
		w.customer = customer
		clear(w.seen)
	}
	at := [2]int64{floorDiv(start-w.monday, 7*day), int64(sort)}
	_, again := w.seen[at]
	w.seen[at] = struct{}{}
	return !again
}

func floorDiv(a, b int64) int64 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}

// strata numbers the strata of a pass as they come.
type strata struct {
	cuts     []int64
	kind     []uint64 // by signature: step and channel
	channels []string
	weekday  *grouping // nil = days are not told apart
	dims     bool
	numbers  map[uint64]int32
	list     []Stratum
}

// withStrata makes a scope's groups the strata.
func (s *scope) withStrata(cuts Cuts, weekday, dims bool) *strata {
	c := &strata{dims: dims, numbers: map[uint64]int32{}, kind: make([]uint64, len(s.signatures))}
	for _, cut := range cuts {
		c.cuts = append(c.cuts, cut.UnixMicro())
	}
	channels := map[string]uint64{}
	for i, sig := range s.signatures {
		n, found := channels[sig.Channel]
		if !found {
			n = uint64(len(channels))
			channels[sig.Channel] = n
			c.channels = append(c.channels, sig.Channel)
		}
		c.kind[i] = n << 16
		if i < len(s.stepOf) {
			c.kind[i] |= uint64(s.stepOf[i])
		}
	}
	if weekday {
		c.weekday = clockGrouping("weekday", s.zone)
	}
	s.group = &grouping{stratum: c}
	if dims {
		s.group.dims = []int32{0} // so that folds ask for them
	}
	return c
}

// of is the number of an interaction's stratum.
func (c *strata) of(signature, dims int32, start int64) int32 {
	stretch := c.stretch(start)
	weekday := uint64(0)
	if c.weekday != nil {
		weekday = uint64(c.weekday.groups[c.weekday.at(start)].Name[0] - '0')
	}
	if !c.dims {
		dims = 0
	}
	key := c.kind[signature]<<32 | uint64(dims)<<8 | uint64(stretch)<<4 | weekday
	n, found := c.numbers[key]
	if !found {
		n = int32(len(c.list))
		c.numbers[key] = n
		c.list = append(c.list, Stratum{
			Stretch: stretch, Step: int(c.kind[signature] & 0xffff), Channel: c.channels[c.kind[signature]>>16],
			Weekday: int(weekday), Dims: dims,
		})
	}
	return n
}

// stretch is the last cut at or before an instant.
func (c *strata) stretch(start int64) int {
	i := len(c.cuts) - 2
	for i > 0 && start < c.cuts[i] {
		i--
	}
	return max(i, 0)
}

// Splitter puts strata into the groups of a split, named as the questions name them.
type Splitter struct {
	journey cx.Journey
	steps   []cx.Step
	sets    []map[string]string
}

// NewSplitter reads what groups are named after.
func NewSplitter(ctx context.Context, facts Facts, journey string) (*Splitter, error) {
	s := &Splitter{}
	var err error
	if s.journey, err = facts.Journey(ctx, journey); err != nil {
		return nil, err
	}
	s.steps = s.journey.Steps()
	s.sets, err = facts.DimensionSets(ctx)
	return s, err
}

// Step is the name of a stratum's step, "-" for none.
func (s *Splitter) Step(c Stratum) string {
	if c.Step == 0 {
		return none
	}
	return s.steps[c.Step-1].Name
}

// Group is the group of a stratum in a split: "", step, channel, weekday, persona or
// dimension:<name>.
func (s *Splitter) Group(by string, c Stratum) Group {
	switch by {
	case "step":
		if c.Step == 0 {
			return Group{Name: none, Title: "(no step)"}
		}
		step := s.steps[c.Step-1]
		return Group{Name: step.Name, Title: titleOr(step.Title, step.Name)}
	case "channel":
		return named(c.Channel, "channel")
	case "weekday":
		return clockGroup("weekday", string(rune('0'+c.Weekday)))
	case "persona":
		return personaGroup(s.journey, s.set(c.Dims))
	}
	if name, is := dimensionName(by); is {
		return named(s.set(c.Dims)[name], name)
	}
	return Group{}
}

func (s *Splitter) set(dims int32) map[string]string {
	if int(dims) < len(s.sets) {
		return s.sets[dims]
	}
	return nil
}

// newStrataScope is newScope for a pass over all of a journey's strata.
func newStrataScope(ctx context.Context, facts Facts, journey string, cuts Cuts, n needs) (*scope, error) {
	if len(cuts) < 2 || len(cuts) > 16 || !slices.IsSortedFunc(cuts, time.Time.Compare) {
		return nil, cx.Errorf(cx.Internal, "%d cuts do not divide time into stretches", len(cuts))
	}
	n.splits = []string{""}
	return newScope(ctx, facts, Params{Period: cuts.period(), Journey: journey}, n)
}
