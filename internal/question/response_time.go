package question

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// response_time — How long until we answer?
//
// Plain words: from a customer's contact until a person first answers, by the clock
// and in business hours. Who has no answer yet counts with the time waited so far.
//
// Formula: a wait begins with a contact. Further contacts in the same thread before
// the answer belong to the same wait; a contact in the thread after the answer
// reopens it and begins a new one. Kaplan–Meier of the waits: event = first human
// answer; censored at the end of a contact that was closed or abandoned unanswered,
// else at "as of". Median and p90 with the intervals of Brookmeyer & Crowley.
// Unit: seconds. Smallest sample: 5 answered waits.
//
// Pitfalls: bots and auto-replies are no answer. A ticket closed without an answer is
// censored when it was closed, not answered. Threads are followed 30 days beyond the
// period; contacts of nobody known and those without a thread are each on their own.
// Business hours are the company's, on its own clock. A chat is no letter: the answer is
// split by channel where nothing else is asked for, and a row of another split that
// mixes channels shows no wait.
//
// Source: Kaplan & Meier 1958; Brookmeyer & Crowley 1982.
const responseTimeVersion = 3

// threadReach is how far around the period a thread is followed.
const threadReach = 30 * day

// ResponseTimeRow is one group's answer.
type ResponseTimeRow struct {
	Group    Group
	Waits    int64 // n
	Answered int64 // k
	Reopened int64 // of the waits: began after an earlier answer in their thread
	Share    Estimate
	Calendar Wait
	Business Wait       // the same as Calendar without business hours
	Against  Comparison // of the share answered, against the others
}

// AskResponseTime answers response_time.
func AskResponseTime(ctx context.Context, facts Facts, p Params) (Answer[ResponseTimeRow], error) {
	return runResponseTime(ctx, facts, p, nil)
}

func responseTime() Definition {
	return asked(Definition{
		Name: "response_time", Title: "How long until we answer?",
		Takes:    []Ingredient{answeredContacts},
		Formula:  "Kaplan–Meier median and 90 % quantile of first human answer − start of the wait; reopening starts a new wait, the unanswered are censored",
		Unit:     "seconds",
		Smallest: "5 answered contacts",
		Pitfalls: "Bots and auto-replies are no answer. A ticket closed unanswered counts as waiting until it was closed. Threads are followed 30 days beyond the period. Channels are never mixed: a chat is no letter.",
		Source:   "Kaplan & Meier 1958; Brookmeyer & Crowley 1982",
		Split:    "channel",
		Needs:    []string{"by"},
	}, runResponseTime, func(p Params) []Column {
		return []Column{
			groupColumn(byChannel(p)),
			{Name: "waits", Title: "Waits", Unit: "count", Help: "Contacts that began a wait for an answer."},
			{Name: "answered", Title: "Answered", Unit: "count"},
			{Name: "reopened", Title: "Reopened", Unit: "count", Help: "Waits that began after an earlier answer in the same thread."},
			{Name: "share", Title: "Share answered", Unit: "share"},
			{Name: "median", Title: "Median", Unit: "seconds", Help: "Half of the customers have an answer within this time (Kaplan–Meier)."},
			{Name: "p90", Title: "9 in 10 within", Unit: "seconds"},
			{Name: "business_median", Title: "Median, business hours", Unit: "seconds"},
			{Name: "business_p90", Title: "9 in 10 within, business hours", Unit: "seconds"},
			qColumn(),
		}
	}, func(_ Params, r ResponseTimeRow) []Cell {
		row := r.Group.Name
		waits := evidence("waits", row)
		cells := []Cell{
			groupCell(r.Group), countCell(r.Waits, waits), countCell(r.Answered, evidence("answered", row)),
			countCell(r.Reopened, evidence("reopened", row)), estimateCell(r.Share, waits),
		}
		cells = append(cells, waitCells(r.Calendar, waits)...)
		return append(append(cells, waitCells(r.Business, waits)...), qCell(r.Against))
	})
}

const (
	continuesWait = "continues a contact that was not answered yet"
	noHours       = "No business hours are declared, so business hours are those of the clock."
)

// waitClock is a wait for an answer that may still be going on.
type waitClock struct {
	start    int64
	answered int64 // NoTime = not yet
	end      int64 // of the latest contact in the wait; NoTime = open
	group    int32
	sig      int32
	counts   bool
	reopened bool
	once     bool // with strata: the customer's first of its week at its step
	id       cx.InteractionID
}

type responseFold struct {
	s        *scope
	c        *collector
	business *BusinessClock
	customer int64
	threads  map[int64]waitClock
	calendar []*statistics.Waits
	hours    []*statistics.Waits
	reopened []int64
	mix      *channelMix
	strata   *waitStrata // nil = count groups, else strata
	tally    tally
}

func runResponseTime(ctx context.Context, facts Facts, p Params, c *collector) (Answer[ResponseTimeRow], error) {
	s, err := newScope(ctx, facts, byChannel(p), needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: leastAnswered})
	if err != nil {
		return Answer[ResponseTimeRow]{}, err
	}
	f := newResponseFold(s, c)
	if err := f.run(ctx); err != nil {
		return Answer[ResponseTimeRow]{}, err
	}
	if f.tally.unanswered(f.calendar) {
		return answer(s, &f.tally, responseTimeVersion, []ResponseTimeRow{}, []string{nobodyAnswers}), nil
	}
	notes := []string{"Waits without an answer count with the time waited so far (Kaplan–Meier)."}
	if f.business.always {
		notes = append(notes, noHours)
	}
	return answer(s, &f.tally, responseTimeVersion, f.rows(), append(notes, f.mix.notes()...)), nil
}

func newResponseFold(s *scope, c *collector) *responseFold {
	return &responseFold{s: s, c: c, business: s.businessClock(), customer: -1, threads: map[int64]waitClock{}, mix: newChannelMix(s)}
}

func (f *responseFold) run(ctx context.Context) error {
	contacts := f.s.filter(func(sig int32) bool { return f.s.signatures[sig].Kind == cx.Contact }, threadReach, threadReach)
	want := Want{ID: f.c != nil, End: true, FirstHuman: true, Thread: true, Dims: f.s.wantDims()}
	if err := f.s.fold(ctx, contacts, want, f.take); err != nil {
		return err
	}
	f.endCustomer()
	return nil
}

// businessClock lays out the business hours asked for, else the journey's.
func (s *scope) businessClock() *BusinessClock {
	hours := s.p.Hours
	if len(hours.Days) == 0 && hours.From == 0 && hours.To == 0 && len(hours.Holidays) == 0 {
		hours = s.journey.Hours
	}
	// Answers may come after the last start: a year is room enough, and beyond it no
	// business time would pass.
	last := time.UnixMicro(s.asOf)
	if s.span.To.After(last) {
		last = s.span.To
	}
	return NewBusinessClock(hours, s.zone, s.span.From, last.AddDate(1, 0, 0))
}

func (f *responseFold) take(b *Sequence, i int) {
	start, sig, dims := b.Start[i], b.Signature[i], dimsAt(b, i)
	counts := f.s.inPeriod(start) && f.s.held(sig, dims)
	human, end := b.FirstHuman[i], b.End[i]
	if human > f.s.known {
		human = NoTime
	}
	if end > f.s.known {
		end = NoTime
	}
	if human != NoTime && human < start || end != NoTime && end < start {
		if counts {
			f.tally.drop(timesOutOfOrder)
		}
		return
	}
	if b.Customer[i] != f.customer {
		f.endCustomer()
		f.customer = b.Customer[i]
	}
	thread := b.Thread[i]
	alone := f.customer == 0 || thread == 0
	var before waitClock
	reopened := false
	if !alone {
		before, reopened = f.threads[thread]
	}
	if reopened && (before.answered == NoTime || start < before.answered) {
		if counts {
			f.tally.drop(continuesWait)
		}
		if before.answered == NoTime {
			before.answered, before.end = human, end
			f.threads[thread] = before
		}
		return
	}
	w := waitClock{start: start, answered: human, end: end, counts: counts, reopened: reopened, id: idAt(b, i)}
	if counts {
		f.tally.use()
		w.group, w.sig = f.s.group.of(sig, dims, start), sig
		w.once = f.strata != nil && f.strata.once.first(f.customer, start, int(f.s.stepOf[sig]))
	}
	if alone {
		f.finish(&w)
		return
	}
	if reopened {
		f.finish(&before)
	}
	f.threads[thread] = w
}

// finish counts a wait whose thread says no more about it.
func (f *responseFold) finish(w *waitClock) {
	if !w.counts {
		return
	}
	until, censored := w.answered, false
	if until == NoTime {
		until, censored = w.end, true
	}
	if until == NoTime {
		until = max(w.start, f.s.asOf)
	}
	if f.strata != nil {
		f.strata.add(w.group, f.business.Between(w.start, until), censored, w.once)
		return
	}
	f.mix.note(w.group, w.sig)
	waitsAt(&f.calendar, w.group).Add(until-w.start, censored)
	waitsAt(&f.hours, w.group).Add(f.business.Between(w.start, until), censored)
	reopened := counterAt(&f.reopened, w.group)
	if w.reopened {
		*reopened++
	}
	if f.c == nil {
		return
	}
	name := f.s.group.groups[w.group].Name
	f.c.note("waits", name, w.start, w.id)
	if !censored {
		f.c.note("answered", name, w.start, w.id)
	}
	if w.reopened {
		f.c.note("reopened", name, w.start, w.id)
	}
}

func (f *responseFold) endCustomer() {
	if len(f.threads) == 0 {
		return
	}
	for _, w := range f.threads {
		f.finish(&w)
	}
	clear(f.threads)
}

func (f *responseFold) rows() []ResponseTimeRow {
	order := f.s.group.order(func(g int32) int64 { return waitsAt(&f.calendar, g).N() })
	rows := make([]ResponseTimeRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		w := f.calendar[g]
		row := ResponseTimeRow{
			Group: f.s.group.groups[g], Waits: w.N(), Answered: w.Events, Reopened: *counterAt(&f.reopened, g),
			Share: share(w.Events, w.N(), leastShare(f.s)), Calendar: f.mix.unmixed(g, newWait(w, f.s.least)),
		}
		row.Business = row.Calendar
		if !f.business.always {
			row.Business = f.mix.unmixed(g, newWait(f.hours[g], f.s.least))
		}
		k, n = append(k, w.Events), append(n, w.N())
		rows = append(rows, row)
	}
	for i, against := range againstTheOthers(k, n, leastShare(f.s)) {
		rows[i].Against = against
	}
	return rows
}
