package question

import (
	"context"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// repeat_contact — Who contacts us again about the same thing?
//
// Plain words: of the contacts whose next N days we have seen, how many did the
// same customer follow with another contact for the same reason within those days,
// on whatever channel.
//
// Formula: contacts with a next contact of the same customer and reason at most N
// days later ÷ contacts of identified customers with a reason whose N days lie
// inside what is known (start + N days ≤ as of; unless asked for, as of is the last
// contact of anybody identified, since only those can follow). Wilson interval.
// Unit: share of contacts. Smallest sample: 10 contacts.
//
// Pitfalls: it is not 1 − first contact resolution: leavers and those who gave up
// don't call again. Unidentified callers can't be followed and are left out, with
// their number. A shared identity (a family's number, a reseller) looks like a
// repeater. The filter chooses the first contact; the second may be anywhere.
//
// Source: SQM Group's and COPC's repeat-contact rate; window as declared by the asker.
const repeatContactVersion = 1

// RepeatContactRow is one group's answer.
type RepeatContactRow struct {
	Group     Group
	Contacts  int64 // n
	Repeated  int64 // k
	Customers int64 // who repeated at least once
	Share     Estimate
	// Once is the same with a customer's first contact of each week about a reason
	// only, so that nobody makes a figure alone.
	Once    Count
	Against Comparison // this group against all others
}

// AskRepeatContact answers repeat_contact.
func AskRepeatContact(ctx context.Context, facts Facts, p Params) (Answer[RepeatContactRow], error) {
	return runRepeatContact(ctx, facts, p, nil)
}

func repeatContact() Definition {
	return asked(Definition{
		Name: "repeat_contact", Title: "Who contacts us again about the same thing?",
		Takes:    []Ingredient{identifiedReasonedContacts},
		Formula:  "contacts followed by another of the same customer and reason within N days ÷ contacts whose N days lie inside the data",
		Unit:     "share of contacts",
		Smallest: "10 contacts",
		Pitfalls: "Not the same as 1 − first contact resolution: who left or gave up does not call again. Unidentified callers are left out. The filter chooses the first contact; the second may come on any channel.",
		Source:   "Repeat-contact rate as in COPC CX Standard; interval: Wilson 1927; comparison: Benjamini & Hochberg 1995",
		Days:     7,
		Needs:    []string{"days", "by"},
	}, runRepeatContact, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "contacts", Title: "Contacts", Unit: "count", Help: "Contacts of identified customers with a reason whose days are over."},
			{Name: "repeated", Title: "Contacted again", Unit: "count", Help: fmt.Sprintf("Followed by a contact for the same reason within %d days.", repeatDays(p))},
			{Name: "customers", Title: "Customers", Unit: "count", Help: "Customers who contacted us again at least once."},
			{Name: "share", Title: "Share", Unit: "share"},
			qColumn(),
		}
	}, func(_ Params, r RepeatContactRow) []Cell {
		return []Cell{
			groupCell(r.Group),
			countCell(r.Contacts, evidence("contacts", r.Group.Name)),
			countCell(r.Repeated, evidence("repeated", r.Group.Name)),
			countCell(r.Customers, ""),
			estimateCell(r.Share, evidence("repeated", r.Group.Name)),
			qCell(r.Against),
		}
	})
}

func repeatDays(p Params) int {
	if p.Days > 0 {
		return p.Days
	}
	return 7
}

// followed is a contact that waits to see whether another one follows.
type followed struct {
	open   bool
	listed bool // its reason is among the customer's touched ones
	start  int64
	group  int32
	id     cx.InteractionID
}

type repeatCount struct {
	contacts, repeated, customers int64
	lastCustomer                  int64 // who was counted last, so that nobody counts twice
	once                          Count
}

// repeatFold keeps one waiting contact per reason of the customer at hand: the next
// contact for the reason decides it, so nothing else need be remembered.
type repeatFold struct {
	s        *scope
	c        *collector
	window   int64
	reasonOf []int32 // by signature, 0 = none
	waiting  []followed
	touched  []int32 // reasons of the customer so far
	customer int64
	counts   []repeatCount
	once     weekly
	tally    tally
}

func runRepeatContact(ctx context.Context, facts Facts, p Params, c *collector) (Answer[RepeatContactRow], error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[RepeatContactRow]{}, err
	}
	fold := &repeatFold{s: s, c: c, window: int64(repeatDays(p)) * day}
	var reasons int
	fold.reasonOf, reasons = numberReasons(s.signatures)
	fold.waiting = make([]followed, reasons+1)
	if !p.Period.From.IsZero() {
		fold.once.monday = s.from
	}
	contacts := s.filter(func(sig int32) bool { return s.signatures[sig].Kind == cx.Contact }, 0, fold.window)
	if err := s.endWithTheIdentified(ctx, contacts.Signatures); err != nil {
		return Answer[RepeatContactRow]{}, err
	}
	err = s.fold(ctx, contacts, Want{ID: c != nil, Dims: s.wantDims()}, fold.take)
	if err != nil {
		return Answer[RepeatContactRow]{}, err
	}
	fold.endCustomer()
	notes := []string{fmt.Sprintf("A contact counts as repeated when the same customer contacts us for the same reason within %d days, on any channel.", repeatDays(p))}
	return answer(s, &fold.tally, repeatContactVersion, fold.rows(), notes), nil
}

// numberReasons gives every reason of the signatures a number from 1 on; no reason is 0.
func numberReasons(signatures []cx.Signature) (of []int32, count int) {
	of = make([]int32, len(signatures))
	numbers := map[string]int32{"": 0}
	for i, sig := range signatures {
		n, found := numbers[sig.Reason]
		if !found {
			n = int32(len(numbers))
			numbers[sig.Reason] = n
		}
		of[i] = n
	}
	return of, len(numbers) - 1
}

func (f *repeatFold) take(b *Sequence, i int) {
	start, sig, dims := b.Start[i], b.Signature[i], dimsAt(b, i)
	counts := f.s.inPeriod(start) && f.s.held(sig, dims)
	reason := f.reasonOf[sig]
	switch customer := b.Customer[i]; {
	case customer == 0:
		if counts {
			f.tally.drop(unidentified)
		}
		return
	case reason == 0:
		if counts {
			f.tally.drop("contact without a reason")
		}
		return
	case customer != f.customer:
		f.endCustomer()
		f.customer = customer
	}
	w := &f.waiting[reason]
	if w.open {
		f.decide(w, reason, start-w.start <= f.window)
	}
	if !counts {
		return
	}
	if start+f.window > f.s.asOf {
		f.tally.drop(notOver)
		return
	}
	f.tally.use()
	if !w.listed {
		f.touched = append(f.touched, reason)
	}
	*w = followed{open: true, listed: true, start: start, group: f.s.group.of(sig, dims, start), id: idAt(b, i)}
}

func (f *repeatFold) decide(w *followed, reason int32, repeated bool) {
	w.open = false
	count := counterAt(&f.counts, w.group)
	count.contacts++
	count.once.add(repeated, f.once.first(f.customer, w.start, int(reason)))
	if repeated {
		count.repeated++
		if count.lastCustomer != f.customer {
			count.lastCustomer = f.customer
			count.customers++
		}
	}
	if f.c != nil {
		name := f.s.group.groups[w.group].Name
		f.c.note("contacts", name, w.start, w.id)
		if repeated {
			f.c.note("repeated", name, w.start, w.id)
		}
	}
}

func (f *repeatFold) endCustomer() {
	for _, reason := range f.touched {
		w := &f.waiting[reason]
		if w.open {
			f.decide(w, reason, false)
		}
		w.listed = false
	}
	f.touched = f.touched[:0]
}

func (f *repeatFold) rows() []RepeatContactRow {
	order := f.s.group.order(func(g int32) int64 { return counterAt(&f.counts, g).contacts })
	rows := make([]RepeatContactRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		count := f.counts[g]
		k, n = append(k, count.repeated), append(n, count.contacts)
		rows = append(rows, RepeatContactRow{
			Group: f.s.group.groups[g], Contacts: count.contacts, Repeated: count.repeated, Customers: count.customers,
			Share: share(count.repeated, count.contacts, f.s.least), Once: count.once,
		})
	}
	for i, against := range againstTheOthers(k, n, f.s.least) {
		rows[i].Against = against
	}
	return slices.Clip(rows)
}
