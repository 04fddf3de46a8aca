package question

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// row is the empty row that a settled count belongs to.
func (f *upstreamFold) row(key chargedKey) UpstreamRow {
	row := UpstreamRow{Step: notKnown}
	if key.step >= 0 {
		step := f.s.steps[key.step]
		row.Step, row.Owner = Group{step.Name, titleOr(step.Title, step.Name)}, step.Owner
	}
	switch f.by {
	case "owner":
		row.Month = f.month.groups[key.month].Name
		if key.step >= 0 {
			row.Step, row.Owner = Group{}, titleOr(row.Owner, "(no owner)")
		} else {
			row.Owner = notKnown.Title
		}
	case "reason":
		row.Reason = named(f.reasons[key.reason], "reason")
	}
	return row
}

// rows are the newest month first, the reasons of most contacts first, and what is not
// known last.
func (f *upstreamFold) rows() []UpstreamRow {
	at := map[string]int{}
	rows := []UpstreamRow{}
	of := map[string]int64{} // all contacts of the month or the reason
	for key, n := range f.counts {
		key = f.settled(key)
		row := f.row(key)
		name := row.row(f.by)
		i, known := at[name]
		if !known {
			i = len(rows)
			at[name], rows = i, append(rows, row)
		}
		rows[i].Contacts += n
		rows[i].Charged[key.how] += n
		of[row.Month+"\x00"+row.Reason.Name] += n
	}
	for i := range rows {
		row := &rows[i]
		row.Share = share(row.Contacts, of[row.Month+"\x00"+row.Reason.Name], f.s.least)
		if cost := f.s.journey.CostPerContact; cost.Currency != "" {
			row.Cost = cx.Money{Minor: cost.Minor * row.Contacts, Currency: cost.Currency}
		}
	}
	slices.SortFunc(rows, func(a, b UpstreamRow) int {
		return cmp.Or(
			cmp.Compare(b.Month, a.Month), cmp.Compare(of["\x00"+b.Reason.Name], of["\x00"+a.Reason.Name]), cmp.Compare(a.Reason.Name, b.Reason.Name),
			cmp.Compare(one(a.Step.Name == none), one(b.Step.Name == none)), cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(a.Step.Name, b.Step.Name), cmp.Compare(a.Owner, b.Owner))
	})
	return rows
}

func (f *upstreamFold) notes() []string {
	var notes []string
	if !slices.ContainsFunc(f.s.steps, func(s cx.Step) bool { return len(s.ContactsAbout) > 0 }) {
		notes = append(notes, "No step of the journey says which contacts it causes: give steps their reasons under contacts_about, so that contacts can be charged by reason.")
	}
	if f.s.journey.CostPerContact.Currency == "" {
		notes = append(notes, "The journey declares no cost of a contact (cost_per_contact): there is no bill in money.")
	}
	if first := f.s.span.From; !first.IsZero() && max(f.s.from, first.UnixMicro()) < first.UnixMicro()+f.window {
		notes = append(notes, fmt.Sprintf("The data begin on %s: what broke before contacts of the first %d days may not be in them.", first.In(f.s.zone).Format("2 January 2006"), upstreamDays(f.s.p)))
	}
	var pairs []stepAndReason
	for pair, counts := range f.follows {
		if counts {
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(a, b stepAndReason) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.reason, b.reason))
	})
	for _, pair := range pairs[:min(len(pairs), 5)] {
		e, step := f.ratios[pair], f.s.steps[pair.step]
		notes = append(notes, fmt.Sprintf("Contacts about %s come %.1f times as often (%.1f to %.1f) after a break at “%s” as at other times of the same customers (n = %d).",
			named(f.reasons[pair.reason], "reason").Title, e.Value, e.Interval.Low, e.Interval.High, titleOr(step.Title, step.Name), e.N))
	}
	return notes
}
