package ingest

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Known exports usually write their dates in one order; a spreadsheet, or a product set to
// another country, writes them in that country's.

// FitOrders puts the orders in which a file's dates are written in place of a mapping's
// usual ones. A column that could be read both ways goes by what the file's others say, and
// where they say nothing its order is left open: see OpenOrders.
func FitOrders(m *Mapping, header []string, sample []rows.Row) {
	s := datesOf(m, header, sample)
	orders := map[string]string{}
	for _, t := range m.dated() {
		orders[t.Column] = orderOr(t.Order, s.values(t.Column))
	}
	said := sayDayOrMonth(orders, s)
	for _, t := range m.dated() {
		order := orders[t.Column]
		if order == "" && said != "" && readsMost(said, s.values(t.Column)) {
			order = said
		}
		t.Order = order
	}
}

// OpenOrders lists the columns whose dates could be read both ways, as nothing in the
// mapping or in the file says otherwise.
func OpenOrders(m *Mapping, header []string, sample []rows.Row) (columns []string) {
	s := datesOf(m, header, sample)
	for _, t := range m.dated() {
		if t.Order == "" && !slices.Contains(columns, t.Column) && ambiguous(s.values(t.Column)) {
			columns = append(columns, t.Column)
		}
	}
	return columns
}

// DayFirst guesses that the dates of columns are written day before month.
func DayFirst(m *Mapping, columns []string) {
	for _, t := range m.dated() {
		if slices.Contains(columns, t.Column) {
			t.Order = dmy
		}
	}
}

// datesOf looks at a sample, below what the mapping says is its header.
func datesOf(m *Mapping, header []string, sample []rows.Row) settler {
	if n := m.Format.HeaderRows; n != nil {
		sample = sample[min(max(*n-1, 0), len(sample)):]
	}
	return settler{header: header, sample: sample, blank: m.Blank}
}

// dated are the mapping's times that are read from dates of some order.
func (m *Mapping) dated() (out []*Time) {
	specs := []*Spec{&m.Spec}
	for i := range m.Interactions {
		specs = append(specs, &m.Interactions[i])
	}
	for _, spec := range specs {
		for _, list := range [][]Time{spec.Version, spec.Start, spec.End, spec.FirstHuman, spec.Person.Born} {
			for i := range list {
				if t := &list[i]; t.Column != "" && t.Layout == "" && slices.Contains([]string{"", dmy, mdy, ymd}, t.Order) {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// orderOr is the order of dates where they leave no doubt, else the usual one if it reads
// them; "" where they could be read both ways and nothing is usual.
func orderOr(usual string, values []string) string {
	order, why := sniffOrder(values)
	switch {
	case order != "":
		return order
	case len(values) == 0 || strings.HasSuffix(why, noDate):
		return usual
	case (usual == dmy || usual == mdy) && readsMost(usual, values):
		return usual
	}
	return ""
}

func ambiguous(values []string) bool {
	order, why := sniffOrder(values)
	return order == "" && len(values) > 0 && !strings.HasSuffix(why, noDate)
}

// sayDayOrMonth is the order of day and month that the file's columns leave no doubt
// about, if they agree.
func sayDayOrMonth(orders map[string]string, s settler) (said string) {
	for column, order := range orders {
		switch {
		case order != dmy && order != mdy || len(s.values(column)) == 0:
		case said != "" && said != order:
			return ""
		default:
			said = order
		}
	}
	return said
}

// readsMost reports whether an order reads four in five dates.
func readsMost(order string, values []string) bool {
	n := 0
	for _, v := range values {
		if _, reason := parseWall(v, order); reason == "" {
			n++
		}
	}
	return 5*n >= 4*len(values)
}

// BothWays is the error for dates in a known export that could be read both ways: how is
// the command that prints the mapping, in which the order is then written.
func BothWays(file, column, how string) error {
	return cx.Errorf(cx.Invalid, "the dates in the column %q can be read with the day first or with the month first", column).At(cx.Place{File: file, Column: column}).
		WithRemedy("Have the mapping printed: %s > %s. Its dates are day before month (order: dmy); change that to order: mdy where the month comes first. Import again: the mapping is found by its name.", how, MappingName(file))
}
