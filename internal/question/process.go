package question

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// directly_follows and variants — How do journeys really run?
//
// Plain words: what comes directly after what, how often and after how long; and which
// ways through there are, from the commonest to the rarest.
//
// Formula: a case = everything of one thread (order, ticket, session), or of one customer
// without a longer gap where the journey keys its attempts so. An activity = a visit to a
// step of the journey; without a journey, an interaction at a touchpoint. A visit goes on
// while interactions at its step follow directly (a code is entered, then denied; a survey
// has two answers), until something of it (touchpoint and kind) comes again, and not in the
// same row at the same instant: that is another visit. It starts with its first
// interaction. directly_follows: for each pair, how often the second is the very next
// activity of a case after the first; median and 90 % quantile of the time between their
// starts, by order statistics. variants: cases with the same sequence
// of activities; share with Wilson's interval; median of first to last start.
// Unit: transitions and seconds; cases. Smallest sample: 6 transitions for a median.
//
// Pitfalls: a case that had not ended when the data did looks like a shorter variant. What
// happened at one instant comes in the order of its file. The picture is of what the
// sources log, not of what customers did between.
//
// Source: van der Aalst 2016, Process Mining, chapters 5 and 6 (directly-follows graph,
// variants); Conover 1999 for quantiles; Cochran 1977, section 6.3, for the share of time.
const processVersion = 2

// EdgeRow is one activity directly after another.
type EdgeRow struct {
	From, To    Group // Name "" begins or ends a case
	Transitions int64
	Cases       int64
	Loop        bool // back to itself, or to what came before it in the case
	Median      Estimate
	P90         Estimate
	Time        Estimate // share of all cases' time that is spent between the two
}

// AskDirectlyFollows answers directly_follows.
func AskDirectlyFollows(ctx context.Context, facts Facts, p Params) (Answer[EdgeRow], error) {
	return runDirectlyFollows(ctx, facts, p, nil)
}

func directlyFollows() Definition {
	return asked(Definition{
		Name: "directly_follows", Title: "How do journeys really run?",
		Takes:    []Ingredient{casesOfEvents},
		Formula:  "for each pair of activities: how often the second is the very next of a case after the first, and the time between; share of all time: that time, summed ÷ the time of all cases",
		Unit:     "transitions; seconds; share of time",
		Smallest: "6 transitions for a median, 46 for the 90 % quantile",
		Pitfalls: "What follows directly at one step is one visit, until something of it comes again. A case that had not ended when the data did ends too early. What happened at one instant comes in the order of its file. It shows what sources log, not what customers did between.",
		Source:   "Directly-follows graph: van der Aalst 2016; quantiles: Conover 1999; ratio: Cochran 1977",
		Needs:    []string{"journey"},
	}, runDirectlyFollows, func(Params) []Column {
		return []Column{
			{Name: "from", Title: "From", Unit: "text"},
			{Name: "to", Title: "To", Unit: "text"},
			{Name: "transitions", Title: "How often", Unit: "count"},
			{Name: "cases", Title: "In cases", Unit: ""},
			{Name: "median", Title: "Median time between", Unit: "seconds"},
			{Name: "p90", Title: "9 in 10 within", Unit: "seconds"},
			{Name: "time", Title: "Share of all time", Unit: "share", Help: "Of the time of all cases from first to last, how much is spent between these two."},
			{Name: "loop", Title: "Back again", Unit: "text", Help: "The case had been there before."},
		}
	}, func(_ Params, r EdgeRow) []Cell {
		more := evidence("edge", rowOf(r.From.Name, r.To.Name))
		if r.To.Name == "" { // the end of a case is no interaction: its last one is
			more = evidence("end", r.From.Name)
		}
		loop := ""
		if r.Loop {
			loop = "back again"
		}
		cells := []Cell{
			textCell(r.From.Title), textCell(r.To.Title), countCell(r.Transitions, more), countCell(r.Cases, ""),
			{},
			{},
			{},
			textCell(loop),
		}
		if r.From.Name != "" && r.To.Name != "" { // to begin or to end takes no time
			cells[4], cells[5], cells[6] = estimateCell(r.Median, more), estimateCell(r.P90, more), estimateCell(r.Time, more)
		}
		return cells
	})
}

// longestCase is how many activities of a case are remembered; what comes after them is
// counted as transitions and not in the variant.
const longestCase = 1000

// oneCase is a case that may go on.
type oneCase struct {
	way     []uint16
	first   int64
	last    int64 // start of the activity at which it is
	latest  int64 // its last interaction
	firstID cx.InteractionID
	lastID  cx.InteractionID
	at      uint16   // where it is
	here    []seen   // what it has had there, in this visit
	steps   int      // how many activities it had, remembered or not
	path    []coming // of loops: the way without what was gone twice
	spent   []spent  // its time, by edge or loop
}

// seen is a touchpoint and kind that a visit has had.
type seen struct {
	place      int32
	start, row int64
}

// spent is the time of one case on one edge or in one loop.
type spent struct {
	on   *timeShare
	time int64
}

// timeShare is how much of all cases' time something takes.
type timeShare struct{ ratio statistics.Ratio }

// spend adds to a case's time on something; it reports whether that is its first there.
func (k *oneCase) spend(on *timeShare, time int64) bool {
	for i := range k.spent {
		if k.spent[i].on == on {
			k.spent[i].time += time
			return false
		}
	}
	k.spent = append(k.spent, spent{on, time})
	return true
}

// settle hands a case that is over to the shares of all time.
func (k *oneCase) settle(all *timeShare) {
	const second = 1e6
	length := float64(k.last-k.first) / second
	for _, s := range k.spent {
		s.on.ratio.Add(float64(s.time)/second, length)
	}
	all.ratio.Add(0, length)
}

// of is the share with its interval; n is how often it was gone.
func (t *timeShare) of(all *timeShare, n, least int64) Estimate {
	r := t.ratio.Among(all.ratio)
	interval := Interval(r.Interval())
	interval.High = min(interval.High, 1)
	return Estimate{Value: r.Value(), Interval: interval, N: n, Shown: n >= 6 && all.ratio.Clusters() >= max(least, 2) && all.ratio.Exposed()}
}

// process follows cases, customer by customer.
type process struct {
	s          *scope
	activityOf []int32 // by signature, −1 = none
	activities []Group
	placeOf    []int32 // by signature, its touchpoint and kind; nil where activities are no steps
	gap        int64   // 0 = by thread
	customer   int64
	cases      map[int64]*oneCase
	instant    []atOnce // of one customer at one instant, not taken yet
	step       func(k *oneCase, to uint16, start int64, id cx.InteractionID)
	over       func(k *oneCase)
	tally      tally
}

// atOnce is an interaction that waits for others of its instant.
type atOnce struct {
	start, key, row int64
	activity, place int32
	id              cx.InteractionID
}

// newProcess numbers the activities. step is called for each activity of a case, before it
// is appended to the way; over once for every case.
func newProcess(ctx context.Context, facts Facts, p Params) (*process, error) {
	s, err := newScope(ctx, facts, p, needs{splits: []string{""}, least: 10})
	if err != nil {
		return nil, err
	}
	w := &process{s: s, cases: map[int64]*oneCase{}, customer: -1}
	if p.Journey != "" && s.journey.Attempt.By == cx.AttemptByGap {
		w.gap = max(1, s.journey.Attempt.Gap.Microseconds())
	}
	index := map[string]int32{}
	for i, sig := range s.signatures {
		var g Group
		if p.Journey != "" {
			if at := s.stepOf[i]; at > 0 {
				g = Group{Name: s.steps[at-1].Name, Title: titleOr(s.steps[at-1].Title, s.steps[at-1].Name)}
			}
		} else if i > 0 {
			g = same(sig.Touchpoint)
			if g.Name == "" {
				g = same(sig.Kind.String())
			}
		}
		n, known := index[g.Name]
		switch {
		case g.Name == "":
			n = -1
		case !known:
			n = int32(len(w.activities))
			if n > 60_000 {
				return nil, cx.Errorf(cx.Invalid, "there are more than 60,000 touchpoints: they are no steps").WithRemedy("Name a journey, whose steps they belong to.")
			}
			index[g.Name] = n
			w.activities = append(w.activities, g)
		}
		w.activityOf = append(w.activityOf, n)
	}
	if p.Journey != "" {
		w.placeOf = numberPlaces(s.signatures)
	}
	return w, nil
}

// numberPlaces numbers touchpoints with their kinds, by signature.
func numberPlaces(signatures []cx.Signature) []int32 {
	type place struct {
		touchpoint string
		kind       cx.Kind
	}
	index, of := map[place]int32{}, make([]int32, len(signatures))
	for i, sig := range signatures {
		at := place{sig.Touchpoint, sig.Kind}
		if _, known := index[at]; !known {
			index[at] = int32(len(index))
		}
		of[i] = index[at]
	}
	return of
}

func (w *process) run(ctx context.Context, ids bool) error {
	s := w.s
	stream := s.filter(func(sig int32) bool { return s.keepSig[sig] }, 0, 0)
	err := s.fold(ctx, stream, Want{ID: ids, Thread: true, Row: true, Dims: s.wantDims()}, w.take)
	w.endCustomer()
	return err
}

func (w *process) take(b *Sequence, i int) {
	start, sig := b.Start[i], b.Signature[i]
	if !w.s.inPeriod(start) || !w.s.held(sig, dimsAt(b, i)) {
		return
	}
	if n := len(w.instant); n > 0 && (b.Customer[i] != w.customer || w.instant[n-1].start != start) {
		w.takeInstant()
	}
	if b.Customer[i] != w.customer {
		w.endCustomer()
		w.customer = b.Customer[i]
	}
	activity, key := w.activityOf[sig], b.Thread[i]
	switch {
	case activity < 0:
		w.tally.drop(noStep)
		return
	case w.gap > 0 && w.customer == 0:
		w.tally.drop(unidentified)
		return
	case w.gap > 0:
		key = 0
	case key == 0:
		w.tally.drop("belongs to no thread")
		return
	}
	w.tally.use()
	one := atOnce{start: start, key: key, row: b.Row[i], activity: activity, id: idAt(b, i)}
	if w.placeOf != nil {
		one.place = w.placeOf[sig]
	}
	w.instant = append(w.instant, one)
}

// takeInstant takes what happened at one instant in the order of its file; parts of one
// row by the names of their activities, so that the order is no installation's own.
func (w *process) takeInstant() {
	if len(w.instant) > 1 {
		slices.SortStableFunc(w.instant, func(a, b atOnce) int {
			return cmp.Or(cmp.Compare(a.row, b.row), strings.Compare(w.activities[a.activity].Name, w.activities[b.activity].Name))
		})
	}
	for _, one := range w.instant {
		w.follow(one)
	}
	w.instant = w.instant[:0]
}

func (w *process) follow(one atOnce) {
	k := w.cases[one.key]
	if k != nil && w.gap > 0 && one.start-k.latest > w.gap {
		w.over(k)
		delete(w.cases, one.key)
		k = nil
	}
	if k == nil {
		k = &oneCase{first: one.start, last: one.start, firstID: one.id}
		w.cases[one.key] = k
	}
	if to := uint16(one.activity); !w.stays(k, one) {
		w.step(k, to, one.start, one.id)
		if len(k.way) < longestCase {
			k.way = append(k.way, to)
		}
		k.at, k.last, k.here = to, one.start, k.here[:0]
		k.steps++
	}
	k.latest, k.lastID = one.start, one.id
	if w.placeOf != nil {
		k.here = append(k.here, seen{one.place, one.start, one.row})
	}
}

// stays reports whether an interaction belongs to the visit at which its case is.
func (w *process) stays(k *oneCase, one atOnce) bool {
	if w.placeOf == nil || k.steps == 0 || k.at != uint16(one.activity) {
		return false
	}
	return !slices.ContainsFunc(k.here, func(s seen) bool {
		return s.place == one.place && (s.start != one.start || s.row != one.row)
	})
}

func (w *process) endCustomer() {
	w.takeInstant()
	for _, k := range w.cases {
		w.over(k)
	}
	clear(w.cases)
}

type edgeCount struct {
	n, cases int64
	loop     int64
	time     timeShare
	between  []int64
}

func runDirectlyFollows(ctx context.Context, facts Facts, p Params, c *collector) (Answer[EdgeRow], error) {
	w, err := newProcess(ctx, facts, p)
	if err != nil {
		return Answer[EdgeRow]{}, err
	}
	const border = 1 << 16 // before the first and after the last
	edges := map[[2]int]*edgeCount{}
	count := func(from, to int, k *oneCase, again bool, between int64) {
		e := edges[[2]int{from, to}]
		if e == nil {
			e = &edgeCount{}
			edges[[2]int{from, to}] = e
		}
		e.n++
		if k.spend(&e.time, between) {
			e.cases++
		}
		e.loop += one(again)
		if from != border && to != border {
			e.between = append(e.between, between)
		}
	}
	var all timeShare
	name := func(n int) string {
		if n == border {
			return ""
		}
		return w.activities[n].Name
	}
	w.step = func(k *oneCase, to uint16, start int64, id cx.InteractionID) {
		from := border
		if k.steps > 0 {
			from = int(k.at)
		}
		count(from, int(to), k, slices.Contains(k.way, to), start-k.last)
		if c != nil {
			c.note("edge", rowOf(name(from), name(int(to))), start, id)
			c.note("step", name(int(to)), start, id)
		}
	}
	w.over = func(k *oneCase) {
		last := int(k.at)
		count(last, border, k, false, 0)
		k.settle(&all)
		if c != nil {
			c.note("end", name(last), k.latest, k.lastID)
		}
	}
	if err := w.run(ctx, c != nil); err != nil {
		return Answer[EdgeRow]{}, err
	}
	group := func(n int, title string) Group {
		if n == border {
			return Group{Title: title}
		}
		return w.activities[n]
	}
	rows := make([]EdgeRow, 0, len(edges))
	for pair, e := range edges {
		slices.Sort(e.between)
		rows = append(rows, EdgeRow{
			From: group(pair[0], "(begins)"), To: group(pair[1], "(ends)"), Transitions: e.n, Cases: e.cases, Loop: 2*e.loop > e.n,
			Median: elapsedQuantile(e.between, .5, 1), P90: elapsedQuantile(e.between, .9, 1), Time: e.time.of(&all, e.n, w.s.least),
		})
	}
	slices.SortFunc(rows, func(a, b EdgeRow) int {
		if a.Transitions != b.Transitions {
			return int(max(-1, min(1, b.Transitions-a.Transitions)))
		}
		return strings.Compare(a.From.Name+"\n"+a.To.Name, b.From.Name+"\n"+b.To.Name)
	})
	return answer(w.s, &w.tally, processVersion, rows, nil), nil
}
