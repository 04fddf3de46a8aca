package simulate

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func testCalendar(t testing.TB) *calendar {
	t.Helper()
	c, err := newCalendar(time.Date(2025, 11, 24, 12, 0, 0, 0, time.UTC), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestYearEndsWithTheLastSundayBeforeNow(t *testing.T) {
	for name, tt := range map[string]struct{ now, from, to string }{
		"on a Sunday the running day is not in it":       {"2026-11-22T22:00:00-05:00", "2025-11-17T00:00:00-05:00", "2026-11-16T00:00:00-05:00"},
		"on a Monday it ends at the midnight just gone":  {"2026-11-23T00:30:00-05:00", "2025-11-24T00:00:00-05:00", "2026-11-23T00:00:00-05:00"},
		"across the clock change it is still whole days": {"2026-07-15T12:00:00-04:00", "2025-07-14T00:00:00-04:00", "2026-07-13T00:00:00-04:00"},
	} {
		t.Run(name, func(t *testing.T) {
			now, _ := time.Parse(time.RFC3339, tt.now)
			c, err := newCalendar(time.Time{}, now)
			if err != nil {
				t.Fatal(err)
			}
			if from, to := c.from.Format(time.RFC3339), c.to.Format(time.RFC3339); from != tt.from || to != tt.to {
				t.Errorf("the year is %s to %s, want %s to %s", from, to, tt.from, tt.to)
			}
		})
	}
	if _, err := newCalendar(time.Time{}, time.Time{}); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("without a start and without now: %v", err)
	}
}

func TestDayAndSecondComeBackFromAnInstant(t *testing.T) {
	c := testCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(0, days-1).Draw(t, "day")
		second := rapid.IntRange(3*hour, day-1).Draw(t, "second")
		at := c.at(d, second)
		if got := c.dayOf(at); got != d {
			t.Fatalf("day %d second %d comes back as day %d", d, second, got)
		}
		wall := time.Unix(at, 0).In(c.zone)
		if wall.Format(time.DateOnly) != c.date[d].Format(time.DateOnly) || wall.Hour() != second/hour {
			t.Fatalf("day %d second %d is %s", d, second, wall)
		}
	})
}

func TestBusinessMinutesPassOnlyInOfficeHours(t *testing.T) {
	c := testCalendar(t)
	for name, tt := range map[string]struct {
		asked   string
		minutes float64
		want    string
	}{
		"within a day":                        {"2026-03-03T10:00:00-05:00", 90, "2026-03-03T11:30:00-05:00"},
		"from before opening":                 {"2026-03-03T06:00:00-05:00", 30, "2026-03-03T09:30:00-05:00"},
		"over night":                          {"2026-03-03T17:30:00-05:00", 60, "2026-03-04T09:30:00-05:00"},
		"over the weekend of a clock change":  {"2026-03-06T17:00:00-05:00", 120, "2026-03-09T10:00:00-04:00"},
		"asked on a Sunday":                   {"2026-03-08T13:00:00-04:00", 1, "2026-03-09T09:01:00-04:00"},
		"to the very end of a day":            {"2026-03-03T09:00:00-05:00", 540, "2026-03-03T18:00:00-05:00"},
		"two working days":                    {"2026-03-03T09:00:00-05:00", 1080, "2026-03-04T18:00:00-05:00"},
		"no time at all, in the evening":      {"2026-03-03T20:00:00-05:00", 0, "2026-03-04T09:00:00-05:00"},
		"in the repeated hour of autumn 2026": {"2026-11-01T01:30:00-04:00", 60, "2026-11-02T10:00:00-05:00"},
	} {
		t.Run(name, func(t *testing.T) {
			asked, _ := time.Parse(time.RFC3339, tt.asked)
			got := time.Unix(c.afterBusiness(asked.Unix(), tt.minutes), 0).In(c.zone).Format(time.RFC3339)
			if got != tt.want {
				t.Errorf("%s and %g minutes are %s, want %s", tt.asked, tt.minutes, got, tt.want)
			}
		})
	}
}
