package question

import (
	"context"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// upstream — Which step caused this contact?
//
// Plain words: each contact is charged to the step that went wrong for this customer
// before it, as far as that can be told, and says how it is known. What cannot be told
// stands as not known. By owner it is a monthly bill: contacts × cost of a contact.
//
// Formula: contacts that begin a matter (no transfer or continuation). A step breaks for
// a customer when an interaction there fails (the step's broken:, else its outcome or
// touchpoint says failed, denied, late …), when it misses a promise of the step (at the
// moment at which the promise ran out), or when the customer rates it low. A contact is
// charged by the first of these that holds:
//
//	overruled — a person said so, of the contact or of all contacts about its reason;
//	seen — the latest break within N days (14) before, of the same customer, on a
//	  matching reason: one that the step's contacts_about: names; for a break that was a
//	  contact itself, the same reason;
//	walk — the reason is the step's, and a walk failed at the step within N days before;
//	by reason — the reason is the step's, and nothing else is known;
//	follows — no step names the reason, the latest break within N days before was at the
//	  step, and contacts about the reason come more than twice as often within N days after
//	  such breaks as at other times of the same customers.
//
// The last rests on a self-controlled comparison: Mantel–Haenszel rate ratio over
// customers, learnt from all data until as of; its lower bound must be above 2, the point
// from which on an event is more likely than not due to the exposure, with q below .05
// over all pairs of step and reason.
// Unit: contacts. Smallest sample: 10 contacts for a share; 10 contacts after a break.
//
// Pitfalls: charged is not proven: a break before a contact need not be its cause, and
// what no source records is not seen. By reason alone says whose subject it is, not
// that something broke. The first N days of the data have no past to look at.
//
// Source: probability of causation above one half at a rate ratio of 2: Greenland &
// Robins 1988; self-controlled design: Farrington 1995; Mantel–Haenszel rate ratio:
// Rothman, Greenland & Lash 2008, chapter 15; Benjamini & Hochberg 1995; Wilson 1927.
const upstreamVersion = 1

// Charged says how it is known what a contact is charged to.
type Charged int8

// From what is known least to what is known best.
const (
	ChargedToNobody Charged = iota
	ChargedByReason
	ChargedFollows
	ChargedWalk
	ChargedSeen
	ChargedRuled
	chargedWays
)

var chargedParts = [chargedWays]string{"not_known", "by_reason", "follows", "walk", "seen", "overruled"}

func (c Charged) String() string { return chargedParts[c] }

// MarshalText writes the way by its name.
func (c Charged) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (c *Charged) UnmarshalText(text []byte) error {
	i := slices.Index(chargedParts[:], string(text))
	if i < 0 {
		return cx.Errorf(cx.Invalid, "%q is not a way in which a contact is charged", text)
	}
	*c = Charged(i)
	return nil
}

// UpstreamRow is what one step is charged with; or one owner in a month; or one step
// for one reason.
type UpstreamRow struct {
	Month    string // by owner
	Reason   Group  // by reason
	Step     Group  // "-" = not known, or none of the journey's
	Owner    string
	Contacts int64
	Charged  [chargedWays]int64 // of them, by how it is known
	Share    Estimate           // of all contacts; by owner, of the month's; by reason, of the reason's
	Cost     cx.Money           // no currency = the journey declares no cost
}

// AskUpstream answers upstream.
func AskUpstream(ctx context.Context, facts Facts, p Params) (Answer[UpstreamRow], error) {
	return runUpstream(ctx, facts, p, nil)
}

func upstream() Definition {
	return asked(Definition{
		Name: "upstream", Title: "Which step caused this contact?",
		Takes:    []Ingredient{aJourney, someContacts},
		Fuller:   []Ingredient{identifiedReasonedContacts, causes},
		Formula:  "contacts charged to the step that broke last for the same customer within N days before, on a matching reason; by owner: × cost of a contact",
		Unit:     "contacts",
		Smallest: "10 contacts for a share",
		Pitfalls: "Charged is not proven: what broke before a contact need not be why they call, and what no source records is not seen. By reason alone says whose subject it is, not that something broke.",
		Source:   "Self-controlled design, Farrington 1995; Mantel–Haenszel rate ratio, Rothman, Greenland & Lash 2008; probability of causation, Greenland & Robins 1988; Benjamini & Hochberg 1995; Wilson 1927",
		Split:    "step",
		Splits:   upstreamSplits,
		Days:     14,
		Needs:    []string{"journey", "days", "by"},
	}, runUpstream, upstreamColumns, upstreamCells)
}

// upstreamSplits are what the answer is split by; owner is a bill by month.
var upstreamSplits = []string{"", "owner", "reason"}

func upstreamDays(p Params) int {
	if p.Days > 0 {
		return p.Days
	}
	return 14
}

func upstreamColumns(p Params) []Column {
	step := Column{Name: "step", Title: "Charged to", Unit: "text"}
	owner := Column{Name: "owner", Title: "Owner", Unit: "text"}
	columns := []Column{step, owner}
	share := Column{Name: "share", Title: "Of all contacts", Unit: "share"}
	switch p.By {
	case "owner":
		columns = []Column{{Name: "month", Title: "Month", Unit: "text"}, owner}
		share.Title = "Of the month’s contacts"
	case "reason":
		columns = []Column{{Name: "reason", Title: "Contacts about", Unit: "text"}, step, owner}
		share.Title = "Of contacts about it"
	}
	return append(columns,
		Column{Name: "contacts", Title: "Contacts", Unit: "count"},
		share,
		Column{Name: "cost", Title: "Cost", Unit: "money", Help: "Contacts × the cost of a contact that the journey declares (cost_per_contact)."},
		Column{Name: "seen", Title: "Seen", Unit: "count", Help: fmt.Sprintf("Within %d days before, something failed for this customer at the step, missed its promise, or was rated low.", upstreamDays(p))},
		Column{Name: "walk", Title: "By a walk", Unit: "count", Help: "The reason is the step’s, and a walk failed at the step in the days before."},
		Column{Name: "follows", Title: "Follows", Unit: "count", Help: "Contacts about this come more than twice as often after a break at the step as at other times of the same customers."},
		Column{Name: "by_reason", Title: "By reason", Unit: "count", Help: "By reason alone: the journey says that contacts about this are the step’s; nothing was seen to break."},
		Column{Name: "overruled", Title: "By a person", Unit: "count", Help: "Somebody said so: it overrules what is reckoned."})
}

func upstreamCells(p Params, r UpstreamRow) []Cell {
	row := r.row(p.By)
	cells := []Cell{{Text: r.Step.Title}, textCell(r.Owner)}
	switch p.By {
	case "owner":
		cells = []Cell{textCell(r.Month), textCell(r.Owner)}
	case "reason":
		cells = []Cell{groupCell(r.Reason), {Text: r.Step.Title}, textCell(r.Owner)}
	}
	cost := Cell{}
	if r.Cost.Currency != "" {
		cost = Cell{Number: new(r.Cost.Major()), Unit: "money " + r.Cost.Currency}
	}
	of := func(c Charged) Cell { return countCell(r.Charged[c], evidence(c.String(), row)) }
	return append(cells, countCell(r.Contacts, evidence("contacts", row)), estimateCell(r.Share, evidence("contacts", row)), cost,
		of(ChargedSeen), of(ChargedWalk), of(ChargedFollows), of(ChargedByReason), of(ChargedRuled))
}

// row names the row in evidence.
func (r UpstreamRow) row(by string) string {
	switch by {
	case "owner":
		if r.Step.Name == none {
			return rowOf(none, r.Month)
		}
		return rowOf("owner "+r.Owner, r.Month)
	case "reason":
		return rowOf(r.Step.Name, r.Reason.Name)
	}
	return r.Step.Name
}

// notKnown is the row of contacts that no step is charged with.
var notKnown = Group{Name: none, Title: "Not known"}

func runUpstream(ctx context.Context, facts Facts, p Params, c *collector) (Answer[UpstreamRow], error) {
	by := p.By
	if p.By = ""; by == "step" { // its rows are steps anyway
		by = ""
	}
	if err := allowSplit(by, upstreamSplits); err != nil {
		return Answer[UpstreamRow]{}, err
	}
	f, err := newContactsFold(ctx, facts, p)
	if err != nil {
		return Answer[UpstreamRow]{}, err
	}
	f.by = by
	if c != nil { // which pairs count must be known before the contacts behind a cell are gathered
		learnt, err := LearnUpstream(ctx, facts, p)
		if err != nil {
			return Answer[UpstreamRow]{}, err
		}
		f.follows = learnt.follows
		f.seek = func(id cx.InteractionID, at int64, key chargedKey, _ breakAt) {
			row := f.row(f.settled(key))
			c.note("contacts", row.row(by), at, id)
			c.note(f.settled(key).how.String(), row.row(by), at, id)
		}
	}
	if err := f.run(ctx, 0); err != nil {
		return Answer[UpstreamRow]{}, err
	}
	if c == nil {
		f.follows = f.learn()
	}
	return answer(f.s, &f.tally, upstreamVersion, f.rows(), f.notes()), nil
}
