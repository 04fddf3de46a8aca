package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// time_to_person — How long until we reach a person?
//
// Plain words: from the start of a contact, menus and queue included, until a
// person answers. Who gave up, and who is still waiting, waited at least that long.
//
// Formula: Kaplan–Meier of first human − start; censored at the end of an abandoned
// contact, and at "as of" where it is not over. Median and p90 with the intervals of
// Brookmeyer & Crowley (log-log).
// Unit: seconds. Smallest sample: 5 contacts that reached a person.
//
// Pitfalls: an average over the answered alone flatters, since the longest waits hang
// up. Contacts that were over without a person and not abandoned (solved by the menu,
// technical) are left out and counted. A letter is no call: the answer is split by
// channel where nothing else is asked for, and a row of another split that mixes
// channels shows no wait.
//
// Source: Kaplan & Meier 1958; Brookmeyer & Crowley 1982; Brown et al. 2005 for calls.
const timeToPersonVersion = 3

// TimeToPersonRow is one group's answer.
type TimeToPersonRow struct {
	Group     Group
	Contacts  int64 // n
	Reached   int64 // k: reached a person
	Abandoned int64 // gave up, or still waiting
	Share     Estimate
	Wait      Wait
	Against   Comparison // of the share that reached a person, against the others
}

// AskTimeToPerson answers time_to_person.
func AskTimeToPerson(ctx context.Context, facts Facts, p Params) (Answer[TimeToPersonRow], error) {
	return runTimeToPerson(ctx, facts, p, nil)
}

func timeToPerson() Definition {
	return asked(Definition{
		Name: "time_to_person", Title: "How long until we reach a person?",
		Takes:    []Ingredient{answeredContacts},
		Formula:  "Kaplan–Meier median and 90 % quantile of first human answer − start; abandoned contacts are censored at their end",
		Unit:     "seconds",
		Smallest: "5 contacts that reached a person",
		Pitfalls: "The answered alone would flatter: the longest waits hang up. Contacts that were over without a person and not abandoned are left out. Channels are never mixed: a letter is no call.",
		Source:   "Kaplan & Meier 1958; Brookmeyer & Crowley 1982",
		Split:    "channel",
		Needs:    []string{"by"},
	}, runTimeToPerson, func(p Params) []Column {
		return []Column{
			groupColumn(byChannel(p)),
			{Name: "contacts", Title: "Contacts", Unit: "count"},
			{Name: "reached", Title: "Reached a person", Unit: "count"},
			{Name: "abandoned", Title: "Gave up or still waiting", Unit: "count"},
			{Name: "share", Title: "Share that reached a person", Unit: "share"},
			{Name: "median", Title: "Median wait", Unit: "seconds", Help: "Half of the customers reach a person within this time. Those who gave up count with the time that they did wait (Kaplan–Meier)."},
			{Name: "p90", Title: "9 in 10 within", Unit: "seconds"},
			qColumn(),
		}
	}, func(_ Params, r TimeToPersonRow) []Cell {
		row := r.Group.Name
		cells := append([]Cell{
			groupCell(r.Group),
			countCell(r.Contacts, evidence("contacts", row)),
			countCell(r.Reached, evidence("reached", row)),
			countCell(r.Abandoned, evidence("abandoned", row)),
			estimateCell(r.Share, evidence("contacts", row)),
		}, waitCells(r.Wait, evidence("contacts", row))...)
		return append(cells, qCell(r.Against))
	})
}

func runTimeToPerson(ctx context.Context, facts Facts, p Params, c *collector) (Answer[TimeToPersonRow], error) {
	s, err := newScope(ctx, facts, byChannel(p), needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: leastAnswered})
	if err != nil {
		return Answer[TimeToPersonRow]{}, err
	}
	var (
		t     tally
		waits []*statistics.Waits
		mix   = newChannelMix(s)
	)
	err = s.fold(ctx, s.single(), Want{ID: c != nil, End: true, FirstHuman: true, Dims: s.wantDims()}, func(b *Sequence, i int) {
		start, sig, dims := b.Start[i], b.Signature[i], dimsAt(b, i)
		if !s.inPeriod(start) || !s.held(sig, dims) {
			return
		}
		waited, reached, reason := waitForPerson(start, b.End[i], b.FirstHuman[i], b.Censored[i], s)
		if reason != "" {
			t.drop(reason)
			return
		}
		t.use()
		group := s.group.of(sig, dims, start)
		waitsAt(&waits, group).Add(waited, !reached)
		mix.note(group, sig)
		if c != nil {
			name := s.group.groups[group].Name
			c.note("contacts", name, start, idAt(b, i))
			part := "abandoned"
			if reached {
				part = "reached"
			}
			c.note(part, name, start, idAt(b, i))
		}
	})
	if err != nil {
		return Answer[TimeToPersonRow]{}, err
	}
	if t.unanswered(waits) {
		return answer(s, &t, timeToPersonVersion, []TimeToPersonRow{}, []string{nobodyAnswers}), nil
	}
	notes := []string{"Who gave up or is still waiting counts with the time that they did wait (Kaplan–Meier)."}
	return answer(s, &t, timeToPersonVersion, timeToPersonRows(s, waits, mix), append(notes, mix.notes()...)), nil
}

// Reasons for which a wait can't be told.
const (
	overWithoutPerson = "over without a person and not abandoned"
	timesOutOfOrder   = "its times are out of order"
)

// waitForPerson is how long a contact waited for a person, and whether one came; a
// reason where it can't be told. What lies after an as-of date that was asked for
// isn't known yet.
func waitForPerson(start, end, human int64, censored bool, s *scope) (waited int64, reached bool, reason string) {
	switch {
	case human != NoTime && human <= s.known:
		if human < start {
			return 0, false, timesOutOfOrder
		}
		return human - start, true, ""
	case human != NoTime, end == NoTime, end > s.known:
		return max(0, s.asOf-start), false, ""
	case end < start:
		return 0, false, timesOutOfOrder
	case censored:
		return end - start, false, ""
	}
	return 0, false, overWithoutPerson
}

func timeToPersonRows(s *scope, waits []*statistics.Waits, mix *channelMix) []TimeToPersonRow {
	order := s.group.order(func(g int32) int64 { return waitsAt(&waits, g).N() })
	rows := make([]TimeToPersonRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		w := waits[g]
		k, n = append(k, w.Events), append(n, w.N())
		rows = append(rows, TimeToPersonRow{
			Group: s.group.groups[g], Contacts: w.N(), Reached: w.Events, Abandoned: w.N() - w.Events,
			Share: share(w.Events, w.N(), leastShare(s)), Wait: mix.unmixed(g, newWait(w, s.least)),
		})
	}
	for i, against := range againstTheOthers(k, n, leastShare(s)) {
		rows[i].Against = against
	}
	return rows
}

// leastShare is the smallest sample of a share in a question whose own least counts
// events.
func leastShare(s *scope) int64 {
	if s.p.MinRows > 0 {
		return s.p.MinRows
	}
	return 10
}
