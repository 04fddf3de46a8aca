package question

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// cadence — How many messages do they get from us a week?
//
// Plain words: for customers who get messages from us: how many in a week, by purpose,
// how often it is more than the cap, and whether we stop when they ask us to.
//
// Formula: messages = interactions of kind message that the company began, to an
// identified customer. A customer's weeks run from their first message of the period to
// its end (or as of), whole weeks of seven days from that message; the last, unfinished
// week is left out. Per week: all messages in those weeks ÷ all those weeks; interval
// from the spread between customers (ratio of sums, linearised). Busy weeks: weeks with
// more than the cap (5) of messages in all, over weeks. After unsubscribing: customers
// who got a message of the row's purpose more than 10 days after an interaction of theirs
// that speaks of unsubscribing, also before the period, ÷ customers who unsubscribed and
// could have.
// Unit: messages a week. Smallest sample: 10 customers.
//
// Pitfalls: only messages that the sources hold are counted: seed mailboxes see the
// others. Customers who got none are not in it. An order confirmation is a message, too:
// look at the purpose. Ten days are what US law allows for an opt-out (CAN-SPAM); GDPR
// wants it at once.
//
// Source: ratio estimator: Cochran 1977, section 6.3; Wilson 1927; 16 CFR 316.
const cadenceVersion = 2

// CadenceCap is how many messages a week are enough, where nobody says otherwise.
const CadenceCap = 5

// CadenceRow is one purpose's (or group's) answer.
type CadenceRow struct {
	Group     Group
	Messages  int64
	Customers int64 // n
	Weeks     int64 // customers' weeks, the same in each row
	PerWeek   Estimate
	Busiest   Estimate // the 90 % quantile of customers' own weekly means
	Over      Estimate // weeks over the cap; of all messages together, in the first row only
	Ignored   Estimate // customers who got one after unsubscribing
}

// AskCadence answers cadence.
func AskCadence(ctx context.Context, facts Facts, p Params) (Answer[CadenceRow], error) {
	return runCadence(ctx, facts, p, nil)
}

func cadence() Definition {
	return asked(Definition{
		Name: "cadence", Title: "How many messages do they get from us a week?",
		Takes:    []Ingredient{messages},
		Formula:  "messages that we began ÷ weeks of the customers who got any, by purpose; weeks above the cap; messages after unsubscribing",
		Unit:     "messages a week",
		Smallest: "10 customers who got messages, for a whole week",
		Pitfalls: "Only messages that the sources hold are counted. Customers who got none are not in it. What a customer asked for (a confirmation) counts, too: look at the purpose.",
		Source:   "Ratio estimator, Cochran 1977; interval of shares: Wilson 1927; ten days to honour an opt-out: 16 CFR 316",
		Needs:    []string{"by"},
	}, runCadence, func(p Params) []Column {
		p.By = cadenceSplit(p)
		head := groupColumn(p)
		if p.By == "touchpoint" {
			head.Title = "Purpose"
		}
		return []Column{
			head,
			{Name: "messages", Title: "Messages", Unit: "count"},
			{Name: "customers", Title: "Customers", Unit: ""},
			{Name: "per_week", Title: "A week and customer", Unit: ""},
			{Name: "busiest", Title: "Busiest tenth get at least", Unit: ""},
			{Name: "over", Title: fmt.Sprintf("Weeks with more than %d", CadenceCap), Unit: "share"},
			{Name: "ignored", Title: "Got it after unsubscribing", Unit: "share", Help: "Of the customers who unsubscribed: who got one more than ten days later."},
		}
	}, func(_ Params, r CadenceRow) []Cell {
		more := evidence("messages", r.Group.Name)
		over := Cell{} // it is of all purposes together, and stands in the first row
		if r.Over.N > 0 {
			over = estimateCell(r.Over, "")
		}
		return []Cell{
			groupCell(r.Group), countCell(r.Messages, more), countCell(r.Customers, ""), estimateCell(r.PerWeek, more),
			estimateCell(r.Busiest, ""), over, estimateCell(r.Ignored, evidence("ignored", r.Group.Name)),
		}
	})
}

// cadenceSplit is by purpose, which sources write as the touchpoint, where nobody asks
// otherwise.
func cadenceSplit(p Params) string {
	if p.By == "" {
		return "touchpoint"
	}
	return p.By
}

// unsubscribes recognises a customer's wish to get no more.
var unsubscribes = regexp.MustCompile(`(?i)unsubscri|opt.?out|abmeld|désabonn|desabonn|disiscri|uitschrij`)

const honourWithin = 10 * day

type cadenceCount struct {
	messages, customers int64
	perWeek             statistics.Ratio
	own                 []int64 // customers' weekly means, in millionths
	asked, ignored      int64   // customers who unsubscribed, and who got one later
	now                 int64   // of the customer at hand
	late                bool
}

type cadenceFold struct {
	s      *scope
	c      *collector
	stops  []bool // by signature: the customer unsubscribes
	counts []cadenceCount
	used   []int32 // groups of the customer at hand
	week   map[int64]int64
	weeks  int64 // of all customers
	over   int64
	tally  tally
}

func runCadence(ctx context.Context, facts Facts, p Params, c *collector) (Answer[CadenceRow], error) {
	p.By = cadenceSplit(p)
	s, err := newScope(ctx, facts, p, needs{
		kinds: []cx.Kind{cx.Message}, least: 10,
		splits: []string{"", "step", "channel", "reason", "touchpoint", "persona", "dimension"},
	})
	if err != nil {
		return Answer[CadenceRow]{}, err
	}
	f := &cadenceFold{s: s, c: c, stops: make([]bool, len(s.signatures)), week: map[int64]int64{}}
	for i, sig := range s.signatures {
		s.keepSig[i] = s.keepSig[i] && sig.Initiator == cx.ByCompany
		f.stops[i] = sig.Initiator == cx.ByCustomer && (unsubscribes.MatchString(sig.Touchpoint) || unsubscribes.MatchString(sig.Reason))
	}
	stream := s.filter(func(sig int32) bool { return s.keepSig[sig] || f.stops[sig] }, 0, 0)
	stream.Period.From = time.Time{} // who unsubscribed before the period wants none in it
	if err := s.histories(ctx, stream, Want{ID: c != nil, Dims: s.wantDims()}, f.nobody, f.customer); err != nil {
		return Answer[CadenceRow]{}, err
	}
	notes := []string{fmt.Sprintf("A customer's weeks run from their first message on; %d whole weeks in all. Weeks with more than %d messages are counted over all purposes together.", f.weeks, CadenceCap)}
	return answer(s, &f.tally, cadenceVersion, f.rows(), notes), nil
}

func (f *cadenceFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

// counted reports whether a row is a message that the filter holds.
func (f *cadenceFold) counted(h *history, i int) bool {
	return f.s.inPeriod(h.start[i]) && f.s.held(h.signature[i], h.dims[i])
}

func (f *cadenceFold) customer(h *history) {
	first := 0
	for first < len(h.start) && !f.counted(h, first) {
		first++
	}
	if first == len(h.start) {
		return
	}
	end := min(f.s.to, f.s.asOf+1)
	weeks := (end - h.start[first]) / (7 * day)
	stop, stopped := int64(0), false
	clear(f.week)
	f.used = f.used[:0]
	for i, start := range h.start {
		if f.stops[h.signature[i]] && !stopped {
			stop, stopped = start, true
		}
		if !f.counted(h, i) {
			continue
		}
		week := (start - h.start[first]) / (7 * day)
		if week >= weeks {
			f.tally.drop("in a week that is not over")
			continue
		}
		f.tally.use()
		group := f.s.group.of(h.signature[i], h.dims[i], start)
		count := counterAt(&f.counts, group)
		if count.now == 0 {
			f.used = append(f.used, group)
		}
		count.now++
		count.messages++
		f.week[week]++
		late := stopped && start-stop > honourWithin
		count.late = count.late || late
		if f.c != nil {
			name := f.s.group.groups[group].Name
			f.c.note("messages", name, start, h.id[i])
			if late {
				f.c.note("ignored", name, start, h.id[i])
			}
		}
	}
	if weeks == 0 {
		return
	}
	f.weeks += weeks
	for _, n := range f.week {
		f.over += one(n > CadenceCap)
	}
	couldBe := stopped && end-stop > honourWithin
	for _, group := range f.used {
		count := &f.counts[group]
		count.customers++
		count.perWeek.Add(float64(count.now), float64(weeks))
		count.own = append(count.own, count.now*1_000_000/weeks)
		if couldBe {
			count.asked++
			count.ignored += one(count.late)
		}
		count.now, count.late = 0, false
	}
}

func (f *cadenceFold) rows() []CadenceRow {
	rows := []CadenceRow{}
	order := f.s.group.order(func(g int32) int64 { return counterAt(&f.counts, g).messages })
	for i, g := range order {
		c := &f.counts[g]
		slices.Sort(c.own)
		shown := c.customers >= f.s.least
		row := CadenceRow{
			Group: f.s.group.groups[g], Messages: c.messages, Customers: c.customers, Weeks: f.weeks,
			PerWeek: Estimate{Value: c.perWeek.Value(), Interval: Interval(c.perWeek.Interval()), N: c.customers, Shown: shown},
			Ignored: share(c.ignored, c.asked, f.s.least),
		}
		low, high, ok := statistics.QuantileInterval(c.own, .9)
		row.Busiest = Estimate{
			Value: float64(statistics.Quantile(c.own, .9)) / 1e6, N: c.customers, Shown: shown && ok,
			Interval: Interval{float64(low) / 1e6, float64(high) / 1e6},
		}
		if i == 0 {
			row.Over = share(f.over, f.weeks, f.s.least)
		}
		rows = append(rows, row)
	}
	return rows
}
