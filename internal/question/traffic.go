package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// traffic — How much happens, and where?
//
// Plain words: interactions, customers and contacts of each step (or channel, reason,
// month …), and how many that is a week. What matches no step is a row of its own.
//
// Formula: counts; customers are distinct identified ones. Per week: interactions ÷
// weeks of the period that have data.
// Unit: count. Smallest sample: none; a count is a count.
//
// Pitfalls: customers of two rows overlap and don't add up. The unidentified are in
// the interactions, not in the customers.
//
// Source: none needed.
const trafficVersion = 1

// TrafficRow is one group's answer.
type TrafficRow struct {
	Group        Group
	Interactions int64
	Customers    int64 // distinct, identified
	Unidentified int64 // interactions
	Contacts     int64
	PerWeek      float64 // interactions; 0 for stretches of time
}

// AskTraffic answers traffic.
func AskTraffic(ctx context.Context, facts Facts, p Params) (Answer[TrafficRow], error) {
	return runTraffic(ctx, facts, p, nil)
}

func traffic() Definition {
	return asked(Definition{
		Name: "traffic", Title: "How much happens, and where?",
		Takes:    []Ingredient{someInteractions},
		Formula:  "interactions, distinct identified customers and contacts; per week = interactions ÷ weeks with data",
		Unit:     "count",
		Smallest: "none",
		Pitfalls: "Customers of two rows overlap and do not add up. The unidentified are in the interactions only.",
		Source:   "Counting",
		Needs:    []string{"journey", "by"},
	}, runTraffic, func(p Params) []Column {
		p.By = trafficSplit(p)
		return []Column{
			groupColumn(p),
			{Name: "interactions", Title: "Interactions", Unit: "count"},
			{Name: "per_week", Title: "A week", Unit: "count"},
			{Name: "customers", Title: "Customers", Unit: "count"},
			{Name: "contacts", Title: "Contacts", Unit: "count", Help: "Calls, tickets, chats: the customer asks for help."},
			{Name: "unidentified", Title: "Not identified", Unit: "count", Help: "Interactions whose customer is not identified."},
		}
	}, func(_ Params, r TrafficRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Interactions, evidence("interactions", row)), numberIf(r.PerWeek, r.PerWeek > 0),
			countCell(r.Customers, ""), countCell(r.Contacts, evidence("contacts", row)), countCell(r.Unidentified, evidence("unidentified", row)),
		}
	})
}

// trafficSplit is by step where there is a journey, unless asked otherwise.
func trafficSplit(p Params) string {
	if p.By == "" && p.Journey != "" {
		return "step"
	}
	return p.By
}

func runTraffic(ctx context.Context, facts Facts, p Params, c *collector) (Answer[TrafficRow], error) {
	p.By = trafficSplit(p)
	s, err := newScope(ctx, facts, p, needs{splits: everySplit})
	if err != nil {
		return Answer[TrafficRow]{}, err
	}
	if c != nil {
		return Answer[TrafficRow]{}, s.collect(ctx, c, Want{}, func(b *Sequence, i int) (string, []string) {
			parts := []string{"interactions"}
			if s.signatures[b.Signature[i]].Kind == cx.Contact {
				parts = append(parts, "contacts")
			}
			if b.Customer[i] == 0 {
				parts = append(parts, "unidentified")
			}
			return "", parts
		})
	}
	counts, err := s.traffic(ctx)
	if err != nil {
		return Answer[TrafficRow]{}, err
	}
	var t tally
	rows := []TrafficRow{}
	weeks := s.weeks()
	for _, g := range s.group.order(func(g int32) int64 { return counterAt(&counts, g).Interactions }) {
		row := counts[g]
		row.Group = s.group.groups[g]
		t.scanned += row.Interactions
		t.included += row.Interactions
		if s.group.clock == nil && weeks >= 1 {
			row.PerWeek = float64(row.Interactions) / weeks
		}
		rows = append(rows, row)
	}
	return answer(s, &t, trafficVersion, rows, nil), nil
}

// traffic counts the scope's interactions by group.
func (s *scope) traffic(ctx context.Context) ([]TrafficRow, error) {
	var counts []TrafficRow
	err := s.facts.Rows(ctx, "traffic", s.single(), s.group.args(s), func(scan func(...any) error) error {
		var group int32
		var stretch string
		var row TrafficRow
		if err := scan(&group, &stretch, &row.Interactions, &row.Customers, &row.Unidentified, &row.Contacts); err != nil {
			return err
		}
		*counterAt(&counts, s.group.placed(group, stretch)) = row
		return nil
	})
	return counts, err
}

// collect gathers evidence of a question that the engine answers in groups: it
// streams the scope and asks which parts of its row an interaction is in. detail is
// what the row is beside its group, "" for nothing.
func (s *scope) collect(ctx context.Context, c *collector, want Want, of func(b *Sequence, i int) (detail string, parts []string)) error {
	want.ID, want.Dims = true, s.wantDims()
	return s.fold(ctx, s.single(), want, func(b *Sequence, i int) {
		sig, dims, start := b.Signature[i], dimsAt(b, i), b.Start[i]
		if !s.inPeriod(start) {
			return
		}
		row := s.group.groups[s.group.of(sig, dims, start)].Name
		detail, parts := of(b, i)
		if detail != "" {
			row = rowOf(row, detail)
		}
		for _, part := range parts {
			c.note(part, row, start, b.ID[i])
		}
	})
}
