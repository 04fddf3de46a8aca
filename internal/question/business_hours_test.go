package question

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestBusinessTimeFollowsTheCompanysOwnClock(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	office := cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour, Holidays: []string{"2026-04-06"}}
	at := func(text string) time.Time {
		local, err := time.ParseInLocation("2006-01-02 15:04", text, amsterdam)
		if err != nil {
			t.Fatal(err)
		}
		return local
	}
	for _, c := range []struct {
		name     string
		hours    cx.Hours
		from, to string
		want     time.Duration
	}{
		{"within a day", office, "2026-03-03 10:00", "2026-03-03 12:30", 150 * time.Minute},
		{"from before opening to after closing", office, "2026-03-03 06:00", "2026-03-03 22:00", 8 * time.Hour},
		{"overnight counts the evening not", office, "2026-03-03 16:00", "2026-03-04 10:00", 2 * time.Hour},
		{"over a weekend", office, "2026-03-06 16:30", "2026-03-09 09:30", time.Hour},
		{"over Easter Monday, a holiday", office, "2026-04-03 16:00", "2026-04-07 10:00", 2 * time.Hour},
		{"wholly at night", office, "2026-03-03 20:00", "2026-03-04 05:00", 0},
		{"no time at all", office, "2026-03-03 10:00", "2026-03-03 10:00", 0},
		{"the clock goes forward while closed", office, "2026-03-27 16:00", "2026-03-30 10:00", 2 * time.Hour},
		{"around the clock", cx.Hours{}, "2026-03-28 20:00", "2026-03-29 20:00", 23 * time.Hour},
		{"open at night when the clock goes forward", cx.Hours{From: 0, To: 6 * time.Hour}, "2026-03-29 00:00", "2026-03-29 12:00", 5 * time.Hour},
		{"open at night when the clock goes back", cx.Hours{From: 0, To: 6 * time.Hour}, "2026-10-25 00:00", "2026-10-25 12:00", 7 * time.Hour},
		{"until midnight", cx.Hours{From: 20 * time.Hour, To: 24 * time.Hour}, "2026-03-03 12:00", "2026-03-04 12:00", 4 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := NewBusinessClock(c.hours, amsterdam, at("2026-03-01 00:00"), at("2026-12-31 00:00"))
			got := clock.Between(at(c.from).UnixMicro(), at(c.to).UnixMicro())
			if want := c.want.Microseconds(); got != want {
				t.Errorf("%v, want %v", time.Duration(got)*time.Microsecond, c.want)
			}
		})
	}
}

// Business time adds up, and never exceeds the clock's.
func TestBusinessTimeAddsUp(t *testing.T) {
	zone, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
	clock := NewBusinessClock(cx.Hours{Days: []time.Weekday{0, 3, 6}, From: 90 * time.Minute, To: 22 * time.Hour}, zone, first, first.AddDate(1, 0, 0))
	rapid.Check(t, func(t *rapid.T) {
		a := first.UnixMicro() + rapid.Int64Range(0, 300*day).Draw(t, "a")
		b := a + rapid.Int64Range(0, 20*day).Draw(t, "b")
		c := b + rapid.Int64Range(0, 20*day).Draw(t, "c")
		if clock.Between(a, b)+clock.Between(b, c) != clock.Between(a, c) {
			t.Fatal("the parts are not the whole")
		}
		if open := clock.Between(a, c); open < 0 || open > c-a {
			t.Fatalf("%d µs open in %d", open, c-a)
		}
	})
}

// A promise runs out at the last instant until which no more than its time has passed.
func TestAPromiseRunsOutWhenItsBusinessTimeHasPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour}
		first := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		clock := NewBusinessClock(hours, time.UTC, first, first.AddDate(0, 1, 0))
		from := first.Add(time.Duration(rapid.IntRange(-2000, 20000).Draw(t, "from")) * time.Minute).UnixMicro()
		length := (time.Duration(rapid.IntRange(0, 60*60).Draw(t, "length")) * time.Minute).Microseconds()
		at := clock.After(from, length)
		if passed := clock.Between(from, at); passed != length || clock.Between(from, at+1) != length+1 {
			t.Fatalf("%d µs pass until %d, want %d; then %d", passed, at, length, clock.Between(from, at+1))
		}
	})
	if at := NewBusinessClock(cx.Hours{Days: []time.Weekday{1}}, time.UTC, firstDay, firstDay).After(firstDay.UnixMicro(), 1e15); at != math.MaxInt64 {
		t.Errorf("never runs out at %d", at)
	}
}
