package question

import (
	"math"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// BusinessClock measures how much business time lies between two instants, in the
// company's zone: an opening is a local wall-clock span, so on the day a clock
// changes it is as long as it really was. Times and lengths are in microseconds.
// The zero Hours is around the clock.
type BusinessClock struct {
	always  bool
	opens   []int64 // of every opening, ascending
	closes  []int64
	elapsed []int64 // business time before each opening
	byDay   []int32 // by day since the first opening: how many openings came before it
}

// NewBusinessClock lays out the openings from first to last, which must cover every
// instant that will be asked about; beyond them no business time passes.
func NewBusinessClock(h cx.Hours, zone *time.Location, first, last time.Time) *BusinessClock {
	c := &BusinessClock{always: len(h.Days) == 0 && h.From == 0 && h.To == 0 && len(h.Holidays) == 0}
	if c.always || last.Before(first) {
		return c
	}
	to := h.To
	if to == 0 {
		to = 24 * time.Hour
	}
	local := first.In(zone)
	end := last.In(zone).AddDate(0, 0, 1)
	var elapsed int64
	for d := time.Date(local.Year(), local.Month(), local.Day()-1, 12, 0, 0, 0, zone); d.Before(end); d = d.AddDate(0, 0, 1) {
		if len(h.Days) > 0 && !slices.Contains(h.Days, d.Weekday()) || slices.Contains(h.Holidays, d.Format(time.DateOnly)) {
			continue
		}
		open, shut := wallClock(d, h.From).UnixMicro(), wallClock(d, to).UnixMicro()
		if shut <= open {
			continue
		}
		c.opens, c.closes, c.elapsed = append(c.opens, open), append(c.closes, shut), append(c.elapsed, elapsed)
		elapsed += shut - open
	}
	c.index()
	return c
}

// index counts the openings before each day, so that looking one up takes a step or
// two: it is asked for every interaction.
func (c *BusinessClock) index() {
	if len(c.opens) == 0 {
		return
	}
	next := 0
	for at := c.opens[0]; ; at += day {
		for next < len(c.opens) && c.opens[next] < at {
			next++
		}
		c.byDay = append(c.byDay, int32(next))
		if next == len(c.opens) {
			return
		}
	}
}

// wallClock is the instant at which the local clock of a day shows since midnight.
func wallClock(d time.Time, since time.Duration) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), int(since/time.Hour), int(since%time.Hour/time.Minute),
		int(since%time.Minute/time.Second), int(since%time.Second), d.Location())
}

// Between is the business time from one instant to a later one.
func (c *BusinessClock) Between(from, to int64) int64 {
	if c.always {
		return max(0, to-from)
	}
	return max(0, c.until(to)-c.until(from))
}

// After is the last instant until which a length of business time, and no more, has
// passed since an earlier one; the end of time where the openings do not hold so much.
func (c *BusinessClock) After(from, length int64) int64 {
	if c.always {
		return from + length
	}
	passed := c.until(from) + length
	i, _ := slices.BinarySearchFunc(c.elapsed, passed, func(before, passed int64) int {
		if before <= passed {
			return -1
		}
		return 1
	})
	if i == 0 || i == len(c.elapsed) && c.elapsed[i-1]+c.closes[i-1]-c.opens[i-1] < passed {
		return math.MaxInt64
	}
	return c.opens[i-1] + passed - c.elapsed[i-1]
}

// until is the business time from the first opening until t.
func (c *BusinessClock) until(t int64) int64 {
	if len(c.opens) == 0 || t < c.opens[0] {
		return 0
	}
	i := int(c.byDay[min((t-c.opens[0])/day, int64(len(c.byDay)-1))])
	for i < len(c.opens) && c.opens[i] <= t {
		i++
	}
	i--
	return c.elapsed[i] + min(t, c.closes[i]) - c.opens[i]
}
