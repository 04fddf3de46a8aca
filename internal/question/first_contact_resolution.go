package question

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// first_contact_resolution — Was it solved the first time, without transfer?
//
// Plain words: of the contacts whose next N days we have seen, how many were the end of
// it. Each contact comes to one of: contacted us again for the same reason · handed on
// to somebody else · reopened · left us · given up or still open · not heard of since ·
// solved. Those who left or fell silent are not “solved”: how many they are bounds what
// the share can be.
//
// Formula: contacts that begin a matter (no transfer or continuation) of identified
// customers with a reason, whose N days (7) lie inside what is known. In this order:
// again = another contact for the reason in N days that is no continuation of this one;
// handed on = a continuation of the same thread in N days, or its own outcome says so
// (transferred, forwarded, escalated, handed over …); reopened = the source says so
// (dimension reopened = yes); left = the customer cancels in N days; given up = the
// customer left it before a person answered (censored, or the outcome says so), or it is
// still open; silent = no later interaction that the customer began; else solved. At
// least: solved ÷ all. At most: (solved + silent) ÷ all. Wilson intervals.
// Unit: share of contacts. Smallest sample: 10 contacts.
//
// Pitfalls: what the agent ticked and what the customer answered stand beside it where
// they exist; they measure other things. Where only contacts are imported, silence says
// little and the bounds lie far apart: bring orders, events or use. The newest contacts
// look silent more often, since there was less time to come back. A transfer within the
// contact counts as handed on though the second person may have solved it: the first did
// not.
//
// Source: SQM Group's first-contact resolution by repeat contacts; Wilson 1927.
const firstContactResolutionVersion = 2

// Outcome of a contact in first_contact_resolution, in the order of their precedence.
const (
	fcrAgain = iota
	fcrHandedOn
	fcrReopened
	fcrLeft
	fcrGivenUp
	fcrSilent
	fcrSolved
	fcrOutcomes
)

var fcrParts = [fcrOutcomes]string{"again", "handed_on", "reopened", "left", "given_up", "silent", "solved"}

// HandedOn is how many were handed on to somebody else.
func (r FirstContactRow) HandedOn() int64 { return r.Came[fcrHandedOn] }

// Reopened is how many the source says were opened again.
func (r FirstContactRow) Reopened() int64 { return r.Came[fcrReopened] }

// FirstContactRow is one group's answer.
type FirstContactRow struct {
	Group    Group
	Contacts int64              // n
	Came     [fcrOutcomes]int64 // by outcome
	AtLeast  Estimate           // solved ÷ n
	AtMost   Estimate           // solved and silent ÷ n
	Marked   Estimate           // of those with an outcome, the share that the agent marked solved
	Said     Estimate           // of those whose customer rated the matter, the satisfied
	Against  Comparison         // AtLeast against the other groups
	// Once is how many were handed on or reopened, with one contact of a customer a week
	// about a reason only, so that nobody makes a figure alone.
	Once Count
}

// AskFirstContactResolution answers first_contact_resolution.
func AskFirstContactResolution(ctx context.Context, facts Facts, p Params) (Answer[FirstContactRow], error) {
	return runFirstContact(ctx, facts, p, nil)
}

func firstContactResolution() Definition {
	return asked(Definition{
		Name: "first_contact_resolution", Title: "Was it solved the first time?",
		Takes:    []Ingredient{identifiedReasonedContacts},
		Fuller:   []Ingredient{peacefulCustomers},
		Formula:  "contacts without another for the same reason in N days, without hand-over, reopening or cancellation, that ended with a person or without being given up, by customers heard of since ÷ contacts whose N days lie inside the data",
		Unit:     "share of contacts",
		Smallest: "10 contacts",
		Pitfalls: "Who left or fell silent was not helped for certain: the share lies between “at least” and “at most”. What the agent marked and what the customer answered measure other things. Unidentified callers are left out.",
		Source:   "First-contact resolution by repeat contacts (SQM Group); interval: Wilson 1927; comparison: Benjamini & Hochberg 1995",
		Days:     7,
		Needs:    []string{"days", "by"},
	}, runFirstContact, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "contacts", Title: "Contacts", Unit: "count"},
			{Name: "at_least", Title: "Solved at first, at least", Unit: "share", Help: "Customers who were heard of since and did not come back about it."},
			{Name: "at_most", Title: "At most", Unit: "share", Help: "If all who were not heard of since were helped, too."},
			{Name: "solved", Title: "Solved", Unit: "count"},
			{Name: "silent", Title: "Not heard of since", Unit: "count"},
			{Name: "again", Title: "Contacted us again", Unit: "count", Help: fmt.Sprintf("For the same reason within %d days.", repeatDays(p))},
			{Name: "handed_on", Title: "Handed on", Unit: "count", Help: "Somebody else went on with it, or its own outcome says that it was transferred, forwarded or escalated."},
			{Name: "reopened", Title: "Reopened", Unit: "count"},
			{Name: "left", Title: "Left us", Unit: "count"},
			{Name: "given_up", Title: "Given up or still open", Unit: "count", Help: "The customer left before a person answered, or it is not over."},
			{Name: "marked", Title: "Agents marked solved", Unit: "share"},
			{Name: "said", Title: "Customers satisfied", Unit: "share", Help: "Of those who rated the same matter."},
			qColumn(),
		}
	}, func(_ Params, r FirstContactRow) []Cell {
		of := func(outcome int) Cell { return countCell(r.Came[outcome], evidence(fcrParts[outcome], r.Group.Name)) }
		return []Cell{
			groupCell(r.Group), countCell(r.Contacts, evidence("contacts", r.Group.Name)),
			estimateCell(r.AtLeast, evidence("solved", r.Group.Name)), estimateCell(r.AtMost, evidence("silent", r.Group.Name)),
			of(fcrSolved), of(fcrSilent), of(fcrAgain), of(fcrHandedOn), of(fcrReopened), of(fcrLeft), of(fcrGivenUp),
			estimateCell(r.Marked, ""), estimateCell(r.Said, ""), qCell(r.Against),
		}
	})
}

// saysSolved are outcomes by which sources say that a matter is solved.
var saysSolved = []string{"solved", "resolved", "closed", "done", "completed", "fixed"}

// saysHandedOn and saysGivenUp recognise outcomes by which sources say that somebody else
// had to go on with a contact, and that the customer left it before anybody answered.
var (
	saysHandedOn = regexp.MustCompile(`(?i)\btransferr?ed\b|\bforwarded\b|\bescalated\b|\bredirected\b|\brerouted\b|\b(hand|pass)ed (on|over|off)\b|^(transfer|escalation|hand ?(over|off))$|weitergeleitet|weitergegeben|eskaliert|transféré|transferido|inoltrat|doorverbonden`)
	saysGivenUp  = regexp.MustCompile(`(?i)\babandoned\b|\bhung up\b|\bg(ave|iven) up\b|^missed( call)?$|^(no|not|un) ?answer(ed)?$|aufgelegt`)
	saysNot      = regexp.MustCompile(`(?i)\b(not?|never|without|nicht)\b`)
	asWords      = strings.NewReplacer("_", " ", "-", " ")
)

// handedOn reports whether an outcome says that somebody else had to go on.
func handedOn(outcome string) bool {
	outcome = asWords.Replace(outcome)
	return saysHandedOn.MatchString(outcome) && !saysNot.MatchString(outcome)
}

// givenUp reports whether an outcome says that the customer left before anybody answered.
func givenUp(outcome string) bool { return saysGivenUp.MatchString(asWords.Replace(outcome)) }

type firstContactFold struct {
	s          *scope
	c          *collector
	window     int64
	reasonOf   []int32
	kind       []cx.Kind
	byCustomer []bool // by signature: the customer began it
	cancels    []bool
	handedOn   []bool // by signature: its outcome says so
	givenUp    []bool
	marked     []int8 // by signature: 1 solved, 0 something else, −1 no outcome
	reopened   []bool // by dimension set
	scales     map[int16]cx.Scale

	next      []int32 // by reason: index of the next contact, while going backwards
	seen      []int32 // reasons to forget
	counts    []firstContactCount
	tally     tally
	once      weekly
	satisfied map[int64]int8 // by thread of the customer at hand
	later     map[int64]int32
}

type firstContactCount struct {
	contacts                       int64
	came                           [fcrOutcomes]int64
	marked, withOutcome, said, ask int64
	once                           Count
}

func runFirstContact(ctx context.Context, facts Facts, p Params, c *collector) (Answer[FirstContactRow], error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[FirstContactRow]{}, err
	}
	f := newFirstContactFold(s, c)
	if err := f.run(ctx); err != nil {
		return Answer[FirstContactRow]{}, err
	}
	notes := []string{
		fmt.Sprintf("Solved at first: no further contact for the same reason within %d days, not handed on, not reopened, not given up before a person answered, and the customer was heard of since. The true share lies between “at least” and “at most”.", repeatDays(p)),
		"Why a matter was not solved (no authority, no knowledge, waiting for another team) is known where staff say it.",
	}
	return answer(s, &f.tally, firstContactResolutionVersion, f.rows(), notes), nil
}

func newFirstContactFold(s *scope, c *collector) *firstContactFold {
	f := &firstContactFold{s: s, c: c, window: int64(repeatDays(s.p)) * day, satisfied: map[int64]int8{}, later: map[int64]int32{}}
	if !s.p.Period.From.IsZero() {
		f.once.monday = s.from
	}
	return f
}

func (f *firstContactFold) run(ctx context.Context) error {
	s := f.s
	if err := f.prepare(ctx); err != nil {
		return err
	}
	// What a customer does later decides, so the stream goes to the end of the data.
	stream := s.filter(func(int32) bool { return true }, 0, 0)
	if stream.Period.To = s.p.AsOf; !s.p.AsOf.IsZero() {
		stream.Period.To = s.p.AsOf.Add(1000)
	}
	want := Want{ID: f.c != nil, End: true, FirstHuman: true, Thread: true, Continues: true, Score: true, Dims: true}
	return s.histories(ctx, stream, want, f.nobody, f.customer)
}

func (f *firstContactFold) prepare(ctx context.Context) error {
	s := f.s
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.next = slices.Repeat([]int32{-1}, reasons+1)
	for _, sig := range s.signatures {
		f.kind = append(f.kind, sig.Kind)
		f.byCustomer = append(f.byCustomer, sig.Initiator == cx.ByCustomer)
		f.cancels = append(f.cancels, sig.Kind == cx.Cancellation && sig.Initiator == cx.ByCustomer)
		f.handedOn = append(f.handedOn, handedOn(sig.Outcome))
		f.givenUp = append(f.givenUp, givenUp(sig.Outcome))
		mark := int8(-1)
		if sig.Outcome != "" {
			mark = 0
			if slices.Contains(saysSolved, strings.ToLower(sig.Outcome)) {
				mark = 1
			}
		}
		f.marked = append(f.marked, mark)
	}
	sets, err := s.facts.DimensionSets(ctx)
	if err != nil {
		return err
	}
	f.reopened = make([]bool, max(1, len(sets)))
	for i, set := range sets {
		f.reopened[i] = strings.EqualFold(set["reopened"], "yes")
	}
	f.scales, err = s.facts.Scales(ctx)
	return err
}

func (f *firstContactFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

// customer goes backwards through a history, so that what follows is known.
func (f *firstContactFold) customer(h *history) {
	clear(f.satisfied)
	clear(f.later)
	for i := range h.start {
		f.rated(h, i)
	}
	heard, leaves := int32(-1), int32(-1)
	for i := len(h.start) - 1; i >= 0; i-- {
		sig, thread := h.signature[i], h.thread[i]
		contact, reason := f.kind[sig] == cx.Contact, f.reasonOf[sig]
		if contact && f.s.inPeriod(h.start[i]) && f.s.held(sig, h.dims[i]) {
			f.contact(h, i, reason, heard, leaves)
		}
		if f.byCustomer[sig] {
			heard = int32(i)
		}
		if f.cancels[sig] {
			leaves = int32(i)
		}
		switch {
		case contact && h.continues[i] && thread != 0:
			f.later[thread] = int32(i)
		case contact && reason != 0:
			if f.next[reason] < 0 {
				f.seen = append(f.seen, reason)
			}
			f.next[reason] = int32(i)
		}
	}
	for _, reason := range f.seen {
		f.next[reason] = -1
	}
	f.seen = f.seen[:0]
}

// rated notes what the customer answered about a thread; the last answer counts.
func (f *firstContactFold) rated(h *history, i int) {
	if h.scale[i] == 0 || h.thread[i] == 0 {
		return
	}
	scale := f.scales[h.scale[i]]
	if scale.Metric != cx.CSAT || !scale.Holds(h.score[i]) {
		return
	}
	f.satisfied[h.thread[i]] = 0
	if scale.Satisfied(h.score[i]) {
		f.satisfied[h.thread[i]] = 1
	}
}

func (f *firstContactFold) contact(h *history, i int, reason, heard, leaves int32) {
	start, thread := h.start[i], h.thread[i]
	switch {
	case h.continues[i]:
		f.tally.drop("continues another contact")
		return
	case reason == 0:
		f.tally.drop("contact without a reason")
		return
	case start+f.window > f.s.asOf:
		f.tally.drop(notOver)
		return
	}
	f.tally.use()
	within := func(at int32) bool { return at >= 0 && h.start[at]-start <= f.window }
	continued, later := f.later[thread]
	sig, outcome := h.signature[i], fcrSolved
	switch {
	case within(f.next[reason]):
		outcome = fcrAgain
	case f.handedOn[sig], thread != 0 && later && within(continued):
		outcome = fcrHandedOn
	case f.reopened[h.dims[i]]:
		outcome = fcrReopened
	case within(leaves):
		outcome = fcrLeft
	case h.human[i] == NoTime && (h.censored[i] || f.givenUp[sig]), h.censored[i] && h.end[i] == NoTime:
		outcome = fcrGivenUp
	case heard < 0:
		outcome = fcrSilent
	}
	group := f.s.group.of(sig, h.dims[i], start)
	count := counterAt(&f.counts, group)
	count.contacts++
	count.came[outcome]++
	count.once.add(outcome == fcrHandedOn || outcome == fcrReopened, f.once.first(h.customer, start, int(reason)))
	if f.marked[sig] >= 0 {
		count.withOutcome++
		count.marked += int64(f.marked[sig])
	}
	if said, ok := f.satisfied[thread]; ok && thread != 0 {
		count.ask++
		count.said += int64(said)
	}
	if f.c != nil {
		name := f.s.group.groups[group].Name
		f.c.note("contacts", name, start, h.id[i])
		f.c.note(fcrParts[outcome], name, start, h.id[i])
	}
}

func (f *firstContactFold) rows() []FirstContactRow {
	order := f.s.group.order(func(g int32) int64 { return counterAt(&f.counts, g).contacts })
	rows := make([]FirstContactRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		c, least := f.counts[g], f.s.least
		k, n = append(k, c.came[fcrSolved]), append(n, c.contacts)
		rows = append(rows, FirstContactRow{
			Group: f.s.group.groups[g], Contacts: c.contacts, Came: c.came,
			AtLeast: share(c.came[fcrSolved], c.contacts, least), AtMost: share(c.came[fcrSolved]+c.came[fcrSilent], c.contacts, least),
			Marked: share(c.marked, c.withOutcome, least), Said: share(c.said, c.ask, least), Once: c.once,
		})
	}
	for i, against := range againstTheOthers(k, n, f.s.least) {
		rows[i].Against = against
	}
	return rows
}
