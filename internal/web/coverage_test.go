package web

import (
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/question"
)

func TestASourceIsSaidToBeFreshStaleOrStrange(t *testing.T) {
	s := storySite()
	all := storyCoverage()
	future := all.Sources[1]
	future.Newest = storyTime.AddDate(73, 0, 0)
	byCalendar := all.Sources[2]
	byCalendar.Newest, byCalendar.Age = storyTime.Add(-5*24*time.Hour+time.Hour), 5
	for name, c := range map[string]struct {
		source        question.SourceCoverage
		newest, usual string
		stale         bool
	}{
		"stale":    {all.Sources[0], "24 days ago", "every 7 days", true},
		"fresh":    {all.Sources[1], "5 hours ago", "every day", false},
		"new":      {all.Sources[2], "3 days ago", "not known yet", false},
		"nothing":  {all.Sources[3], "no customer's interaction", "", false},
		"days":     {byCalendar, "5 days ago", "not known yet", false}, // that are begun, not 24 hours each
		"misdated": {future, "dated in the future", "every day", true},
	} {
		t.Run(name, func(t *testing.T) {
			if row := s.sourceRow(c.source, 0); row.Newest != c.newest || row.Usual != c.usual || row.Stale != c.stale {
				t.Errorf("%+v", row)
			}
		})
	}
	rows := s.freshness(all)
	if len(rows) != 4 || !rows[0].Stale || rows[0].Freshness != "nothing newer than 24 days ago" || rows[1].Stale || rows[1].Freshness != "2 hours ago" {
		t.Errorf("%+v", rows)
	}
}

// The strip shows the last two years, and says what it leaves out and where holes are.
func TestTheStripShowsTwoYears(t *testing.T) {
	months := make([]question.MonthCount, 30)
	for i := range months {
		months[i] = question.MonthCount{Month: storyTime.AddDate(0, i-29, 1-storyTime.Day()).Format("2006-01"), Count: int64(10 * i)}
	}
	months[28] = question.MonthCount{Month: months[28].Month, Hole: true}
	p := &coveragePart{}
	p.strip([]question.MonthsOf{{Source: "calls", Kind: "contact", Months: months}})
	cells := p.Strip[0].Cells
	if len(cells) != shownMonths || len(p.Months) != shownMonths || cells[23].Level != "l4" || cells[22].Level != "hole" || cells[0].Level != "l1" {
		t.Errorf("%d cells, %d months: %+v", len(cells), len(p.Months), cells)
	}
	if !strings.HasPrefix(p.Earlier, "6 earlier months") || len(p.Holes) != 1 || p.Holes[0] != "calls brought no contacts in October 2026." {
		t.Errorf("%q, %q", p.Earlier, p.Holes)
	}
	if len(p.Years) != 3 || p.Years[1].Months != "12" {
		t.Errorf("%+v", p.Years)
	}
}
