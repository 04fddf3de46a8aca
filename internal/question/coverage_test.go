package question

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// daysOf makes calls of a source on days counted from the first, n on each.
func daysOf(source string, n int, days ...int) (facts []fact) {
	for _, on := range days {
		for i := range n {
			facts = append(facts, fact{
				Customer: int64(i % 3), Start: firstDay.AddDate(0, 0, on).Add(time.Duration(i) * time.Minute),
				Signature: cx.Signature{Source: source, Kind: cx.Contact, Channel: "phone"},
			})
		}
	}
	return facts
}

func every(step, until int) (days []int) {
	for on := 0; on <= until; on += step {
		days = append(days, on)
	}
	return days
}

func importsOf(source string, days ...int) (out []Imported) {
	for _, on := range days {
		out = append(out, Imported{source, firstDay.AddDate(0, 0, on)})
	}
	return out
}

func TestASourceIsStaleAgainstItsOwnRhythm(t *testing.T) {
	for name, c := range map[string]struct {
		happened, imported []int
		now                int
		want               Freshness
		usual, age         int
	}{
		"weekly, and silent for two weeks":                      {every(7, 70), every(7, 70), 84, Fresh, 7, 14},
		"weekly, and silent for three":                          {every(7, 70), every(7, 70), 91, Stale, 7, 21},
		"daily data imported each month are a month old":        {every(1, 90), []int{30, 60, 91}, 121, Fresh, 30, 31},
		"daily data that nobody imported for a quarter":         {every(1, 90), []int{30, 60, 91}, 180, Stale, 30, 90},
		"files that come each day, with nothing new in them":    {every(1, 30), every(1, 60), 60, Stale, 1, 30},
		"work days have a gap of three on one day in five":      {[]int{0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14}, []int{4, 11, 14}, 20, Fresh, 3, 6},
		"twelve files of history on one day make no rhythm":     {every(1, 90), []int{91, 91, 91, 91}, 200, NoRhythm, 0, 110},
		"a source of which nothing is left has no rhythm":       {nil, []int{1, 2, 3}, 10, NoRhythm, 0, 0},
		"what was imported twice only, a day apart, has no one": {every(7, 70), []int{70, 71}, 200, NoRhythm, 0, 130},
	} {
		t.Run(name, func(t *testing.T) {
			stock, err := ReadStock(context.Background(), newSliceFacts(daysOf("calls", 4, c.happened...)), nil)
			if err != nil {
				t.Fatal(err)
			}
			got := stock.Coverage(importsOf("calls", c.imported...), firstDay.AddDate(0, 0, c.now).Add(20*time.Hour)).Sources[0]
			if got.State != c.want || got.Usual != c.usual || got.Age != c.age {
				t.Errorf("%s: usual %d, age %d; want %s, %d, %d", got.State, got.Usual, got.Age, c.want, c.usual, c.age)
			}
			if n := int64(4 * len(c.happened)); got.Interactions != n || got.Identified != n/2 || got.Channel != n || got.Reason != 0 {
				t.Errorf("%d interactions, %d identified, %d with a channel, %d with a reason", got.Interactions, got.Identified, got.Channel, got.Reason)
			}
		})
	}
}

// A month without calls is a hole in the data; one without what comes rarely is chance.
func TestAnEmptyMonthIsAHoleWhereMuchUsuallyComes(t *testing.T) {
	// March to August, and calls stay away in May.
	facts := append(daysOf("calls", 12, 0, 40, 100, 130, 160), daysOf("letters", 2, 0, 40, 160)...)
	facts = append(facts, daysOf("calls-late", 12, 100, 160)...) // begins in June, and July is empty
	stock, err := ReadStock(context.Background(), newSliceFacts(facts), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range stock.Coverage(nil, firstDay.AddDate(0, 0, 170)).Months {
		var b strings.Builder
		for _, month := range m.Months {
			switch {
			case month.Hole:
				b.WriteByte('!')
			case month.Count == 0:
				b.WriteByte('.')
			default:
				b.WriteByte('#')
			}
		}
		got[m.Source] = m.Months[0].Month + " " + b.String()
	}
	for source, want := range map[string]string{"calls": "2026-03 ##!###", "letters": "2026-03 ##...#", "calls-late": "2026-03 ...#!#"} {
		if got[source] != want {
			t.Errorf("%s: %s, want %s", source, got[source], want)
		}
	}
}

// One wrong date makes a source neither fresh for ever nor its strip a century long.
func TestWhatIsDatedInTheFutureMakesNoRhythm(t *testing.T) {
	facts := append(daysOf("calls", 12, every(7, 70)...), daysOf("calls", 1, 27_000)...)
	stock, err := ReadStock(context.Background(), newSliceFacts(facts), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := stock.Coverage(importsOf("calls", every(7, 70)...), firstDay.AddDate(0, 0, 91))
	if source := got.Sources[0]; source.State != Stale || source.Age != 21 || source.Newest.Year() < 2090 {
		t.Errorf("%+v", source)
	}
	if months := got.Months[0].Months; len(months) != 3 || months[2].Month != "2026-05" {
		t.Errorf("months %v", months)
	}
}

// Partly is said with what is thin and how thin.
func TestWhatIsThinIsSaid(t *testing.T) {
	contact := func(n int, reason string) (facts []fact) {
		for i := range n {
			facts = append(facts, fact{Customer: 1, Start: firstDay.Add(time.Duration(i) * time.Hour), Signature: cx.Signature{Kind: cx.Contact, Reason: reason}})
		}
		return facts
	}
	for name, c := range map[string]struct {
		facts []fact
		state AnswerState
		why   string
	}{
		"nothing":               {nil, AnswerNo, ""},
		"contacts, no reason":   {contact(30, ""), AnswerNo, "none of the 30 contacts"},
		"few":                   {contact(3, "invoice"), AnswerPartly, "only 3 so far"},
		"a reason in one of 4":  {append(contact(10, "invoice"), contact(30, "")...), AnswerPartly, "10 of the 40 contacts"},
		"a reason in all of 10": {contact(10, "invoice"), AnswerYes, ""},
	} {
		t.Run(name, func(t *testing.T) {
			stock, err := ReadStock(context.Background(), newSliceFacts(c.facts), nil)
			if err != nil {
				t.Fatal(err)
			}
			got := stock.canAnswer(repeatContact())
			if got.State != c.state || strings.Join(got.Why, "; ") != c.why || (got.Bring == "") != (c.state == AnswerYes) {
				t.Errorf("%+v", got)
			}
		})
	}
}
