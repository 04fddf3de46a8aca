package simulate

import (
	"fmt"
	"strings"
	"time"
)

// exposures counts, month by month, who could have been heard: the denominators
// of the silent and the lost.
type exposures struct {
	customers, invited, invoices [14]int64
}

func (e *exposures) add(o *exposures) {
	for i := range e.customers {
		e.customers[i] += o.customers[i]
		e.invited[i] += o.invited[i]
		e.invoices[i] += o.invoices[i]
	}
}

// month numbers the calendar months of the year from the first one.
func (c *calendar) month(d int) int {
	d = min(max(d, 0), days-1)
	t := c.date[d]
	return (t.Year()-c.from.Year())*12 + int(t.Month()) - int(c.from.Month())
}

// monthStart is the first day in the year of a month.
func (c *calendar) monthStart(m int) time.Time {
	return time.Date(c.from.Year(), c.from.Month()+time.Month(m), 1, 0, 0, 0, 0, c.zone)
}

// csv writes exposures.csv: period,population,count.
func (e *exposures) csv(c *calendar) (text string, rows int64) {
	var b strings.Builder
	b.WriteString("period,population,count\n")
	for m := 0; m <= c.month(days-1); m++ {
		period := c.monthStart(m).Format("2006-01")
		for _, p := range []struct {
			name  string
			count int64
		}{{"customers", e.customers[m]}, {"invited", e.invited[m]}, {"invoices", e.invoices[m]}} {
			fmt.Fprintf(&b, "%s,%s,%d\n", period, p.name, p.count)
			rows++
		}
	}
	return b.String(), rows
}
