package web

import (
	"math"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

func leaversStories() []story {
	s := storySite()
	personas := []cx.Persona{{Name: "month", Title: "Month to month"}, {Name: "year", Title: "One year"}}
	there := question.Available{Dimensions: []question.Dimension{{Name: "contract", Values: 3}, {Name: "region", Values: 4}}, Cancellations: true}
	page := func(f leaversFigures) *leaversPage {
		p := newLeaversPage(cloned(f.params), personas, there, []string{"phone", "web"})
		p.CSV, p.JSON = "/x?format=csv", "/x?format=json"
		p.fill(s, f)
		return p
	}
	whole := storyLeavers("Month to month", "One year", "Two years")
	six := storyLeavers("Month to month", "One year", "Two years", "A tariff with a name that somebody wrote out in full", "Students", "Staff", "A seventh that is not drawn")
	six.said = nil
	few := whole
	few.stated = storyStated(3, 2, 2)
	few.observed.Rows, few.staying.Curves, few.lately, few.latelyParams = nil, nil, answer{}, nil
	few.staying.Rows = storyStaying(nil, "Month to month").Rows
	empty := leaversFigures{params: url.Values{}}
	filtered := leaversFigures{params: url.Values{"channel": {"shop"}}}
	wrong := newLeaversPage(url.Values{"dimension": {"north"}}, nil, there, nil)
	told := problem(cx.Errorf(cx.Invalid, "dimension %q has no value", "north").WithRemedy("Write it as name=value, for example region=north."))
	wrong.Problem = &Notice{Text: told.Text, Detail: told.Remedy}
	return []story{
		{Name: "leavers/usual", Page: page(whole)},
		{Name: "leavers/many", Page: page(six)},
		{Name: "leavers/few", Page: page(few)},
		{Name: "leavers/empty", Page: page(empty)},
		{Name: "leavers/filtered", Page: page(filtered)},
		{Name: "leavers/wrong", Page: wrong, Status: 422},
	}
}

func storyLeavers(groups ...string) leaversFigures {
	empty := url.Values{}
	f := leaversFigures{
		params: empty, statedParams: empty, byReason: url.Values{"by": {"reason"}}, byGroup: url.Values{"by": {"persona"}}, latelyParams: url.Values{"from": {"2026-10-14T00:00:00Z"}},
		stated: storyStated(836, 621, 199, 154, 59, 41), lately: storyStated(20, 11, 5), staying: storyStaying([]float64{.35, .12, .04, .2, .08, .16, .3}, groups...),
		said: []cx.Record{
			{Customer: 4411, Start: storyTime.AddDate(0, 0, -3), Signature: cx.Signature{Channel: "phone", Kind: cx.Contact}, Texts: []cx.Text{{Text: "Third time I ask why the bill is higher than what I signed."}}},
			{Customer: 902, Start: storyTime.AddDate(0, 0, -6), Signature: cx.Signature{Channel: "web", Kind: cx.Cancellation}, Texts: []cx.Text{{Text: "You promised a technician twice. Nobody came, nobody called."}}},
		},
	}
	ratio := func(reason string, left, v, low, high, q float64) []question.Cell {
		more := url.Values{"of": {"left"}, "row": {reason}}.Encode()
		cell := question.Cell{Number: &v, N: int64(left), Interval: &question.Interval{Low: low, High: high}, Evidence: more}
		qCell := storyNumber(q, "")
		if low == 0 {
			cell, qCell = question.Cell{Withheld: true, N: int64(left)}, question.Cell{}
		}
		return []question.Cell{{Text: reason}, storyNumber(left, more), storyEstimate(left/1910, 1910, more), cell, qCell}
	}
	f.observed = answer{question.Table{
		Question: "leavers",
		Columns:  []question.Column{{Name: "group", Unit: "text"}, {Name: "leavers", Unit: "count"}, {Name: "share", Unit: "share"}, {Name: "ratio"}, {Name: "q"}},
		Rows: [][]question.Cell{
			ratio("outage", 212, 4.1, 3.5, 4.8, .0001), ratio("a bill that is higher than what was agreed", 180, 2.6, 2.2, 3.1, .0001), ratio("delivery", 61, 1.2, .9, 1.6, .2),
			ratio("number porting", 22, .8, .5, 1.3, .4), ratio("press", 3, 0, 0, 0, 0), ratio("lost card", 2, 0, 0, 0, 0),
		},
	}}
	return f
}

// storyStated is what leavers say, in so many each.
func storyStated(counts ...float64) answer {
	titles := []string{"Fed up with service or product", "A better offer elsewhere", "Price", "Unknown", "Moved away, or died", "No longer needed"}
	t := question.Table{
		Question: "leavers", Version: 1, AsOf: storyTime, Scanned: 14_200, Included: 14_064,
		Columns: []question.Column{{Name: "group", Unit: "text"}, {Name: "leavers", Unit: "count"}, {Name: "share", Unit: "share"}},
		LeftOut: []question.LeftOut{{Reason: "customer not identified", Count: 136}},
	}
	all := 0.0
	for _, n := range counts {
		all += n
	}
	for i, n := range counts {
		more := url.Values{"of": {"left"}, "row": {titles[i]}}.Encode()
		cell := storyEstimate(n/all, int64(all), more)
		if all < 10 {
			cell = storyEstimate(-1, int64(all), more)
		}
		t.Rows = append(t.Rows, []question.Cell{{Text: titles[i]}, storyNumber(n, more), cell})
	}
	t.Notes = []string{count(int64(all)) + " of 7,032 customers left."}
	return answer{t}
}

// storyStaying is how long groups stay, each losing so many a year; without rates they
// are too few for curves.
func storyStaying(rates []float64, groups ...string) answer {
	t := question.Table{Question: "leavers", Columns: []question.Column{
		{Name: "group", Title: "Persona", Unit: "text"},
		{Name: "customers", Title: "Customers"},
		{Name: "leavers", Title: "Left", Unit: "count"},
		{Name: "after_90_days", Title: "Still there after 90 days", Unit: "share"},
		{Name: "after_1_year", Title: "After a year", Unit: "share"},
		{Name: "stayed", Title: "Half have left after", Unit: "seconds"},
		{Name: "q", Title: "q", Help: "How likely so large a difference is chance."},
	}}
	const year = 365 * 86400.0
	for i, name := range groups {
		customers, more := 3900/float64(i+1), url.Values{"of": {"left"}, "row": {name}}.Encode()
		if rates == nil {
			t.Rows = append(t.Rows, []question.Cell{{Text: name}, storyNumber(7, ""), storyNumber(3, more), storyEstimate(-1, 7, ""), storyEstimate(-1, 7, ""), storyEstimate(-1, 7, ""), {}})
			continue
		}
		after := func(t float64) float64 { return math.Exp(-rates[i] * t / year) }
		half := question.Cell{Text: "not reached", N: int64(customers)}
		if median := math.Ln2 / rates[i] * year; median < 6*year {
			half = storyEstimate(median, int64(customers), "")
		}
		t.Rows = append(t.Rows, []question.Cell{{Text: name}, storyNumber(customers, ""), storyNumber(customers*(1-after(3*year)), more), storyEstimate(min(.96, after(year/4)), int64(customers), ""), storyEstimate(min(.95, after(year)), int64(customers), ""), half, storyNumber(.0004*float64(i*i*20), "")})
		curve := question.Curve{Row: i, Tick: year}
		for k := range 145 {
			at := float64(k) / 24 * year
			half := .01 + .0004*float64(k*(i+1))/2
			curve.Points = append(curve.Points, question.CurvePoint{After: at, Share: after(at), Interval: question.Interval{Low: max(0, after(at)-half), High: min(1, after(at)+half)}, AtRisk: int64(customers * after(at) * (1 - float64(k)/150))})
		}
		t.Curves = append(t.Curves, curve)
	}
	t.Notes = []string{"All groups together: log-rank χ² 2352.87 with 2 degrees of freedom, p below 0.001."}
	return answer{t}
}
