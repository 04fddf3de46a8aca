package simulate

import (
	"math/rand/v2"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const (
	weeks = 52
	days  = 7 * weeks
	day   = 24 * 60 * 60 // seconds
	hour  = 60 * 60
)

// Business hours of those who answer in writing, in the company's zone.
const (
	officeFrom = 9 * hour
	officeTo   = 18 * hour
)

// calendar turns days of the simulated year into instants (seconds since 1970)
// and back. Day 0 is the first one.
type calendar struct {
	zone   *time.Location
	survey *time.Location
	from   time.Time
	to     time.Time
	noon   [days]int64 // instants; noon, because no clock change comes near it
	date   [days]time.Time
	season [days]float64 // how busy a day is, at most seasonPeak
}

const seasonPeak = 1.9

// newCalendar makes the year from its first day on: start's date, wherever it is. A zero start means the 52
// weeks before the last midnight between Sunday and Monday.
func newCalendar(start, now time.Time) (*calendar, error) {
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return nil, cx.Errorf(cx.Internal, "loading the time zone %s: %w", Zone, err)
	}
	survey, err := time.LoadLocation(SurveyZone)
	if err != nil {
		return nil, cx.Errorf(cx.Internal, "loading the time zone %s: %w", SurveyZone, err)
	}
	if start.IsZero() {
		if now.IsZero() {
			return nil, cx.Errorf(cx.Invalid, "the year to simulate has no beginning").
				WithRemedy("Give the day it starts or the present time.")
		}
		n := now.In(zone)
		sinceMonday := (int(n.Weekday()) + 6) % 7
		start = time.Date(n.Year(), n.Month(), n.Day()-sinceMonday-days, 0, 0, 0, 0, zone)
	}
	c := &calendar{zone: zone, survey: survey}
	c.from = time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, zone)
	c.to = c.from.AddDate(0, 0, days)
	for d := range c.noon {
		date := c.from.AddDate(0, 0, d)
		c.date[d] = date
		c.noon[d] = time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone).Unix()
		c.season[d] = season(date)
	}
	return c, nil
}

// season is how busy the shop and the lines are on a date: December is nearly
// twice an ordinary month, late summer a little quiet.
func season(d time.Time) float64 {
	switch {
	case d.Month() == time.December && d.Day() < 27:
		return seasonPeak
	case d.Month() == time.November && d.Day() > 20:
		return 1.5
	case d.Month() == time.July || d.Month() == time.August:
		return .85
	}
	return 1
}

// at is the instant of a wall-clock second of a day. Seconds count from
// midnight and must lie between 3 a.m. and midnight, where no clock changes.
func (c *calendar) at(d, second int) int64 { return c.noon[d] + int64(second-12*hour) }

// dayOf is the day of an instant, possibly outside the year.
func (c *calendar) dayOf(t int64) int {
	d := int((t - c.noon[0] + 12*hour) / day)
	if d < 0 || d >= days {
		return d
	}
	// A clock change moves midnight by an hour against 24-hour days.
	if t < c.noon[d]-12*hour-hour && d > 0 {
		return d - 1
	}
	return d
}

// within reports whether an instant lies in the year.
func (c *calendar) within(t int64) bool { return t >= c.from.Unix() && t < c.to.Unix() }

// weekday of day d.
func (c *calendar) weekday(d int) time.Weekday { return c.date[d].Weekday() }

// seasonalDay draws a day in [from, to) as busy as the season makes it.
func (c *calendar) seasonalDay(r *rand.Rand, from, to int) int {
	for {
		d := from + r.IntN(to-from)
		if r.Float64()*seasonPeak < c.season[d] {
			return d
		}
	}
}

// afterBusiness is the instant after so many business minutes have passed since t.
func (c *calendar) afterBusiness(t int64, minutes float64) int64 {
	left := int64(minutes * 60)
	when := time.Unix(t, 0).In(c.zone)
	for {
		midnight := time.Date(when.Year(), when.Month(), when.Day(), 0, 0, 0, 0, c.zone)
		opens := time.Date(when.Year(), when.Month(), when.Day(), officeFrom/hour, 0, 0, 0, c.zone).Unix()
		closes := opens + officeTo - officeFrom
		if wd := when.Weekday(); wd != time.Saturday && wd != time.Sunday {
			begin := max(when.Unix(), opens)
			if begin < closes {
				if begin+left <= closes {
					return begin + left
				}
				left -= closes - begin
			}
		}
		when = midnight.AddDate(0, 0, 1)
	}
}
