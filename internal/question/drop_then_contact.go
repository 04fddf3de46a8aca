package question

import (
	"context"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// drop_then_contact — Where do they drop off and then contact us?
//
// Plain words: of the attempts that ended at a step, how many were followed by a
// contact of the same customer within N hours, and how much more often is that than
// the same customers contact us anyway at that time of the week.
//
// Formula: an attempt drops off at the last required step that it reached (see funnel;
// followed 7 days); its moment is its last interaction that is no contact. contacted = a contact after
// that moment and within N hours (within; 24) ÷ drop-offs. Base rate: the same window
// for the same customer at the same local time 1 to 4 weeks before and after, as far as
// data reach and no other drop-off of theirs is in it. Difference: mean over drop-offs
// of contacted − own base rate, with the variance between customers.
// Unit: share of drop-offs. Smallest sample: 10 drop-offs.
//
// Pitfalls: without the base rate whoever calls all the time would make every step look
// broken. It is no proof that the step made them call. Nobody unidentified can be
// followed. A contact that helped within 7 days makes the attempt no drop-off.
//
// Source: self-controlled design after Maclure 1991 (case-crossover); clustered
// variance: Cochran 1977, Liang & Zeger 1986; Wilson 1927.
const dropThenContactVersion = 2

// DropThenContactRow is one step of one group.
type DropThenContactRow struct {
	Group     Group
	Step      string
	Title     string
	Owner     string
	Dropped   int64 // n: attempts that ended here
	Contacted int64 // k
	Share     Estimate
	Matched   int64    // drop-offs that have a base rate
	Base      Estimate // the same customers' rate in matched hours; without an interval
	// Excess is contacted − base rate over the matched drop-offs; Against holds its
	// interval and tests.
	Excess  Estimate
	Against Comparison
}

// AskDropThenContact answers drop_then_contact.
func AskDropThenContact(ctx context.Context, facts Facts, p Params) (Answer[DropThenContactRow], error) {
	return runDropThenContact(ctx, facts, p, nil)
}

func dropThenContact() Definition {
	return asked(Definition{
		Name: "drop_then_contact", Title: "Where do they drop off and then contact us?",
		Takes:    []Ingredient{aJourney, begunAttempts, someContacts},
		Fuller:   []Ingredient{identifiedCustomers},
		Formula:  "drop-offs at a step followed by a contact within N hours ÷ drop-offs, against the same customers' rate in matched hours of other weeks",
		Unit:     "share of drop-offs",
		Smallest: "10 drop-offs",
		Pitfalls: "Compare with the base rate: frequent callers call anyway. It does not prove that the step made them call. Nobody unidentified can be followed.",
		Source:   "Case-crossover, Maclure 1991; clustered variance, Cochran 1977; interval: Wilson 1927",
		Needs:    []string{"journey", "within", "by"},
	}, runDropThenContact, func(p Params) []Column {
		columns := []Column{
			{Name: "step", Title: "Dropped off at", Unit: "text"},
			{Name: "owner", Title: "Owner", Unit: "text"},
			{Name: "dropped", Title: "Dropped off", Unit: "count"},
			{Name: "contacted", Title: "Then contacted us", Unit: "count"},
			{Name: "share", Title: "Share", Unit: "share"},
			{Name: "base", Title: "They contact us anyway", Unit: "share", Help: "How often the same customers contact us within as many hours at the same time of other weeks."},
			{Name: "excess", Title: "More than usual", Unit: "share"},
			qColumn(),
		}
		if p.By == "" {
			return columns
		}
		return append([]Column{groupColumn(p)}, columns...)
	}, func(p Params, r DropThenContactRow) []Cell {
		row := rowOf(r.Group.Name, r.Step)
		contacted := evidence("contacted", row)
		cells := []Cell{
			textCell(r.Title), textCell(r.Owner), countCell(r.Dropped, evidence("dropped", row)), countCell(r.Contacted, contacted),
			estimateCell(r.Share, contacted), numberIf(r.Base.Value, r.Base.Shown), estimateCell(r.Excess, contacted), qCell(r.Against),
		}
		if p.By == "" {
			return cells
		}
		return append([]Cell{groupCell(r.Group)}, cells...)
	})
}

// matchedWeeks is how many weeks before and after a drop-off are looked at.
const matchedWeeks = 4

type dropOff struct {
	at    int64
	step  int
	group int32
	id    cx.InteractionID
}

type dropCount struct {
	dropped, contacted, matched int64
	base                        float64 // sum over matched drop-offs
	pairs                       statistics.Matched
	sum                         float64 // of the customer at hand
	pairsNow                    int64
}

type dropFold struct {
	s        *scope
	c        *collector
	w        *attempts
	within   int64
	customer int64
	contacts []int64
	drops    []dropOff
	touched  []*dropCount
	counts   [][]dropCount // by group, step
	tally    tally

	steadyFrom, steadyTo int64 // the clock isn't changed between these instants
}

func runDropThenContact(ctx context.Context, facts Facts, p Params, c *collector) (Answer[DropThenContactRow], error) {
	only := p.Step
	p.Step = "" // the filter chooses attempts by how they began; a step chooses among the rows
	s, err := newScope(ctx, facts, p, needs{journey: true, splits: funnelSplits, least: 10})
	if err != nil {
		return Answer[DropThenContactRow]{}, err
	}
	within := 24 * time.Hour
	if p.Within > 0 {
		within = p.Within
	}
	f := &dropFold{s: s, c: c, within: within.Microseconds(), customer: -1}
	if f.w, err = newAttempts(s, attemptWindow, c != nil, &f.tally, f.over); err != nil {
		return Answer[DropThenContactRow]{}, err
	}
	f.w.settle = f.within
	isContact := func(sig int32) bool { return s.signatures[sig].Kind == cx.Contact }
	used := s.filter(func(sig int32) bool { return s.stepOf[sig] != 0 || isContact(sig) },
		(7*matchedWeeks+1)*day, (7*matchedWeeks+1)*day+f.w.window+f.within)
	err = s.fold(ctx, used, Want{ID: c != nil, Thread: f.w.gap == 0, Dims: s.wantDims()}, func(b *Sequence, i int) { f.take(b, i) })
	if err != nil {
		return Answer[DropThenContactRow]{}, err
	}
	f.endCustomer()
	if err := s.dropUnmatched(ctx, &f.tally, func(sig int32) bool { return s.stepOf[sig] == 0 && !isContact(sig) }); err != nil {
		return Answer[DropThenContactRow]{}, err
	}
	rows := f.rows()
	if only != "" {
		rows = slices.DeleteFunc(rows, func(r DropThenContactRow) bool { return r.Step != only })
	}
	notes := []string{
		"An attempt is followed for " + Duration(attemptWindow.Seconds()) + " and a contact counts within " + Duration(within.Seconds()) + " of its last interaction other than contacts.",
		"The base rate is the same customers' own, at the same local time up to four weeks before and after.",
	}
	contacts := slices.ContainsFunc(s.signatures, func(sig cx.Signature) bool { return sig.Kind == cx.Contact })
	if !contacts { // zero shares would say that nobody asked for help; nobody knows
		rows, notes = nil, []string{"No contacts were imported (calls, tickets, chats), so nobody knows who asked for help."}
		used := f.tally.included
		f.tally.included, f.tally.scanned = 0, f.tally.scanned-used
		f.tally.dropMany("no contacts were imported", used)
	}
	return answer(s, &f.tally, dropThenContactVersion, rows, notes), nil
}

func (f *dropFold) take(b *Sequence, i int) {
	customer, start, sig := b.Customer[i], b.Start[i], b.Signature[i]
	if customer == 0 {
		f.w.drop(f.s.inPeriod(start), unidentified)
		return
	}
	if customer != f.customer {
		f.endCustomer()
		f.customer = customer
	}
	isContact := f.s.signatures[sig].Kind == cx.Contact
	if isContact {
		f.contacts = append(f.contacts, start)
	}
	step := f.s.stepOf[sig]
	if step == 0 {
		if f.s.inPeriod(start) {
			f.tally.use() // a contact: looked at as what may follow
		}
		return
	}
	h := happening{customer: customer, start: start, signature: sig, dims: dimsAt(b, i), step: int(step) - 1, contact: isContact, id: idAt(b, i)}
	if b.Thread != nil {
		h.thread = b.Thread[i]
	}
	f.w.take(h)
}

func (f *dropFold) over(a *attempt) {
	if a.furthest < len(f.w.required)-1 {
		f.drops = append(f.drops, dropOff{at: a.last, step: f.w.required[a.furthest], group: a.group, id: a.lastID})
	}
}

// endCustomer judges the customer's drop-offs, whose contacts are now all known.
func (f *dropFold) endCustomer() {
	f.w.endCustomer()
	for i := range f.drops {
		f.judge(&f.drops[i])
	}
	for _, count := range f.touched {
		count.pairs.Add(count.sum, count.pairsNow)
		count.sum, count.pairsNow = 0, 0
	}
	f.touched, f.drops, f.contacts = f.touched[:0], f.drops[:0], f.contacts[:0]
}

func (f *dropFold) judge(d *dropOff) {
	steps := counterAt(&f.counts, d.group)
	if *steps == nil {
		*steps = make([]dropCount, len(f.s.steps))
	}
	count := &(*steps)[d.step]
	contacted := f.contactAfter(d.at)
	count.dropped++
	if contacted {
		count.contacted++
	}
	if windows, hits := f.matchedWindows(d); windows > 0 {
		base := float64(hits) / float64(windows)
		if count.pairsNow == 0 {
			f.touched = append(f.touched, count)
		}
		count.matched++
		count.base += base
		count.pairsNow++
		count.sum -= base
		if contacted {
			count.sum++
		}
	}
	if f.c != nil {
		row := rowOf(f.s.group.groups[d.group].Name, f.s.steps[d.step].Name)
		f.c.note("dropped", row, d.at, d.id)
		if contacted {
			f.c.note("contacted", row, d.at, d.id)
		}
	}
}

// contactAfter reports a contact after an instant and within the hours asked for.
func (f *dropFold) contactAfter(at int64) bool {
	i := sort.Search(len(f.contacts), func(i int) bool { return f.contacts[i] > at })
	return i < len(f.contacts) && f.contacts[i] <= at+f.within
}

// matchedWindows counts the same hours of other weeks, and those with a contact.
func (f *dropFold) matchedWindows(d *dropOff) (windows, hits int) {
	first := f.s.span.From.UnixMicro()
	for week := -matchedWeeks; week <= matchedWeeks; week++ {
		at := f.sameHour(d.at, week)
		if week == 0 || at < first || at+f.within > f.s.asOf || f.nearDrop(at) {
			continue
		}
		windows++
		if f.contactAfter(at) {
			hits++
		}
	}
	return windows, hits
}

// sameHour is the instant some weeks later at which the local clock shows the same.
func (f *dropFold) sameHour(at int64, weeks int) int64 {
	then := at + int64(weeks)*7*day
	if at < f.steadyFrom || at >= f.steadyTo {
		from, to := time.UnixMicro(at).In(f.s.zone).ZoneBounds()
		f.steadyFrom, f.steadyTo = math.MinInt64, math.MaxInt64
		if !from.IsZero() {
			f.steadyFrom = from.UnixMicro()
		}
		if !to.IsZero() {
			f.steadyTo = to.UnixMicro()
		}
	}
	if then >= f.steadyFrom && then < f.steadyTo {
		return then
	}
	return time.UnixMicro(at).In(f.s.zone).AddDate(0, 0, 7*weeks).UnixMicro()
}

// nearDrop reports whether a window that begins at an instant overlaps that of one
// of the customer's drop-offs.
func (f *dropFold) nearDrop(at int64) bool {
	return slices.ContainsFunc(f.drops, func(d dropOff) bool { return at-d.at < f.within && d.at-at < f.within })
}

func (f *dropFold) rows() []DropThenContactRow {
	order := f.s.group.order(func(g int32) (n int64) {
		for _, count := range *counterAt(&f.counts, g) {
			n += count.dropped
		}
		return n
	})
	rows := []DropThenContactRow{}
	for _, g := range order {
		for i := range f.counts[g] {
			count := &f.counts[g][i]
			if count.dropped == 0 {
				continue
			}
			step := f.s.steps[i]
			row := DropThenContactRow{
				Group: f.s.group.groups[g], Step: step.Name, Title: titleOr(step.Title, step.Name), Owner: step.Owner,
				Dropped: count.dropped, Contacted: count.contacted, Matched: count.matched,
				Share: share(count.contacted, count.dropped, f.s.least), Against: untested(),
			}
			f.compare(&row, count)
			rows = append(rows, row)
		}
	}
	all := make([]*Comparison, len(rows))
	for i := range rows {
		all[i] = &rows[i].Against
	}
	correct(all)
	return rows
}

func (f *dropFold) compare(row *DropThenContactRow, count *dropCount) {
	row.Base.N, row.Excess.N = count.matched, count.matched
	if count.matched < max(1, f.s.least) {
		return
	}
	mean, interval, p := count.pairs.Difference()
	row.Base = Estimate{Value: count.base / float64(count.matched), N: count.matched, Shown: true}
	row.Excess = Estimate{Value: mean, Interval: Interval(interval), N: count.matched, Shown: true}
	row.Against = Comparison{Difference: mean, Interval: Interval(interval), P: p, Q: 1, tested: true}
}
