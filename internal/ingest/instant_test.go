package ingest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestTimesAreReadInTheirOrder(t *testing.T) {
	cases := []struct {
		name, text, order string
		want              string // RFC 3339 in UTC; a date alone = to the day; "" = refused
	}{
		{"ISO with Z", "2024-05-01T10:11:12Z", ymd, "2024-05-01T10:11:12Z"},
		{"ISO with fraction and offset", "2024-05-01T10:11:12.345678+02:00", ymd, "2024-05-01T08:11:12.345678Z"},
		{"an offset without colon, after a space", "2026-05-01 10:00:00 +0200", ymd, "2026-05-01T08:00:00Z"},
		{"UTC by name", "2026-05-01 10:00 UTC", ymd, "2026-05-01T10:00:00Z"},
		{"UTC with an offset", "2026-05-01 10:00 UTC+2", ymd, "2026-05-01T08:00:00Z"},
		{"a zone nobody knows", "2026-05-01 10:00 CEST", ymd, ""},
		{"day first", "11/04/2018 20:09", dmy, "2018-04-11T20:09:00Z"},
		{"month first", "11/04/2018 20:09", mdy, "2018-11-04T20:09:00Z"},
		{"a date alone", "22-04-2015", dmy, "2015-04-22"},
		{"dots", "1.2.2024", dmy, "2024-02-01"},
		{"the year in front whatever the order", "2024-02-01", dmy, "2024-02-01"},
		{"six digits", "990101", ymd, "1999-01-01"},
		{"six digits of this century, day first", "311224", dmy, "2024-12-31"},
		{"fourteen digits", "20240131153000", ymd, "2024-01-31T15:30:00Z"},
		{"a named month", "22-Apr-15", dmy, "2015-04-22"},
		{"a named month in English order", "April 22, 2015 3:53:50 PM", mdy, "2015-04-22T15:53:50Z"},
		{"a German month", "3. März 2024", dmy, "2024-03-03"},
		{"a French month", "14 juillet 2024", dmy, "2024-07-14"},
		{"a weekday in front", "Wed, 01 May 2024 10:00:00 GMT", dmy, "2024-05-01T10:00:00Z"},
		{"midnight in the half-day clock", "2024-05-01 12:05 AM", ymd, "2024-05-01T00:05:00Z"},
		{"noon in the half-day clock", "2024-05-01 12:05 p.m.", ymd, "2024-05-01T12:05:00Z"},
		{"thirteen o'clock PM", "2024-05-01 13:05 PM", ymd, ""},
		{"twenty-four o'clock is the next day", "2024-05-01 24:00", ymd, "2024-05-02T00:00:00Z"},
		{"29 February of a leap year", "29/02/2024", dmy, "2024-02-29"},
		{"29 February of another", "29/02/2023", dmy, ""},
		{"a thirteenth month", "2024-13-01", ymd, ""},
		{"a word", "yesterday", ymd, ""},
		{"nothing after the month", "2024-05", ymd, ""},
		{"a year that only a misreading gives", "3024-05-01", ymd, ""},
		{"something after the time", "2024-05-01 10:00 hello", ymd, ""},
		{"seconds since 1970", "1714558272", epochS, "2024-05-01T10:11:12Z"},
		{"seconds with a fraction", "1714558272.5", epochS, "2024-05-01T10:11:12.5Z"},
		{"milliseconds", "1714558272345", epochMS, "2024-05-01T10:11:12.345Z"},
		{"microseconds", "1714558272345678", epochUS, "2024-05-01T10:11:12.345678Z"},
		{"a word for a number", "now", epochS, ""},
		{"Excel's day number", "45413", excel, "2024-05-01"},
		{"Excel's day number with a time", "45413.5", excel, "2024-05-01T12:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := newTimeReader(c.order, "", newZone(time.UTC))
			got, precision, reason := r.read(c.text)
			text := ""
			switch {
			case reason != "":
			case precision == cx.ToTheDay:
				text = got.Format("2006-01-02")
			default:
				text = got.Format(time.RFC3339Nano)
			}
			if text != c.want {
				t.Errorf("got %q (%s), want %q", text, reason, c.want)
			}
		})
	}
}

func TestDaylightSaving(t *testing.T) {
	cases := []struct{ name, zone, text, want string }{
		{"an ordinary winter time", "Europe/Berlin", "2026-01-15 12:00", "2026-01-15T12:00:00+01:00"},
		{"a time in the gap is shifted forward", "Europe/Berlin", "2026-03-29 02:30", "2026-03-29T03:30:00+02:00"},
		{"just before the gap", "Europe/Berlin", "2026-03-29 01:59", "2026-03-29T01:59:00+01:00"},
		{"just after the gap", "Europe/Berlin", "2026-03-29 03:00", "2026-03-29T03:00:00+02:00"},
		{"a time that comes twice is the first", "Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00"},
		{"just before it comes twice", "Europe/Berlin", "2026-10-25 01:59", "2026-10-25T01:59:00+02:00"},
		{"after both", "Europe/Berlin", "2026-10-25 03:00", "2026-10-25T03:00:00+01:00"},
		{"the gap in New York", "America/New_York", "2026-03-08 02:15", "2026-03-08T03:15:00-04:00"},
		{"the overlap in New York", "America/New_York", "2026-11-01 01:15", "2026-11-01T01:15:00-04:00"},
		{"a gap of half an hour", "Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-04T02:40:00+11:00"},
		{"a day that Samoa did not have", "Pacific/Apia", "2011-12-30 12:00", "2011-12-31T12:00:00+14:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			loc, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			r := newTimeReader(ymd, "", newZone(loc))
			for range 2 { // the second time with what the zone remembers
				got, _, reason := r.read(c.text)
				if text := got.In(loc).Format(time.RFC3339); text != c.want || reason != "" {
					t.Errorf("got %s (%s), want %s", text, reason, c.want)
				}
			}
		})
	}
}

// TestZoneAgreesWithTheStandardLibrary compares with time.Date wherever the wall
// time is there exactly once.
func TestZoneAgreesWithTheStandardLibrary(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Jerusalem", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		z := newZone(loc)
		rapid.Check(t, func(t *rapid.T) {
			want := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "unix"), 0).In(loc)
			w := wallTime{year: want.Year(), month: int(want.Month()), day: want.Day(), hour: want.Hour(), minute: want.Minute(), second: want.Second()}
			got := z.instant(w)
			if got.Equal(want) {
				return
			}
			// Only the second pass of an overlap may differ, and is then the first.
			if d := want.Sub(got); d <= 0 || d > 2*time.Hour || got.In(loc).Format(time.DateTime) != want.Format(time.DateTime) {
				t.Fatalf("%s: got %s, want %s", name, got.In(loc), want)
			}
		})
	}
}

func TestLayoutIsReadInTheZone(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := newTimeReader("", "02.01.2006 um 15:04 Uhr", newZone(loc))
	got, precision, reason := r.read("24.12.2026 um 18:30 Uhr")
	if reason != "" || precision != cx.ToTheSecond || !got.Equal(time.Date(2026, 12, 24, 17, 30, 0, 0, time.UTC)) {
		t.Errorf("%s %v %s", got, precision, reason)
	}
}

func TestOrderOfDatesIsSniffed(t *testing.T) {
	cases := []struct {
		name   string
		values []string
		want   string
	}{
		{"a day above twelve in front", []string{"01/02/2024", "13/02/2024"}, dmy},
		{"a day above twelve in the middle", []string{"01/02/2024", "02/13/2024"}, mdy},
		{"nothing above twelve", []string{"01/02/2024", "03/04/2024"}, ""},
		{"the year in front", []string{"2024-01-02"}, ymd},
		{"dots are day first", []string{"01.02.2024"}, dmy},
		{"named months", []string{"01-Feb-2024", "3 Mar 2024"}, dmy},
		{"six digits", []string{"990101", "990131"}, ymd},
		{"ten digits", []string{"1714558272", "1714558273"}, epochS},
		{"thirteen digits", []string{"1714558272000"}, epochMS},
		{"sixteen digits", []string{"1714558272000000"}, epochUS},
		{"Excel's numbers", []string{"45413", "45413.25"}, excel},
		{"a few bad dates among good ones", []string{"13/02/2024", "14/02/2024", "15/02/2024", "16/02/2024", "17/02/2024", "n/a"}, dmy},
		{"words", []string{"red", "green"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, why := sniffOrder(c.values); got != c.want {
				t.Errorf("got %q (%s), want %q", got, why, c.want)
			}
		})
	}
}

func FuzzTimes(f *testing.F) {
	for _, s := range []string{"2024-05-01T10:11:12Z", "11/04/2018 20:09", "990101", "April 22, 2015 3:53:50 PM", "3. März 2024", "24:00", "2nd of May", "Wed, 01 May 2024 10:00:00 GMT+2"} {
		f.Add(s)
	}
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	z := newZone(loc)
	f.Fuzz(func(t *testing.T, text string) {
		for _, order := range timeOrders {
			r := newTimeReader(order, "", z)
			got, _, reason := r.read(text)
			if reason == "" && (got.Year() < 1899 || got.Year() > 2201) {
				t.Fatalf("%q in the order %s is %s", text, order, got)
			}
		}
	})
}

// TestDatesWrittenAreReadBack writes dates in many ways and reads them.
func TestDatesWrittenAreReadBack(t *testing.T) {
	layouts := map[string][]string{
		ymd: {"2006-01-02 15:04:05", "2006/1/2 15:04:05", "20060102150405", "2006-01-02T15:04:05Z07:00", "060102 15:04:05"},
		dmy: {"02/01/2006 15:04:05", "2.1.2006 15:04:05", "02-Jan-06 3:04:05 PM", "Mon, 02 Jan 2006 15:04:05 -0700", "02012006 15:04:05"},
		mdy: {"01/02/2006 3:04:05 PM", "January 2, 2006 15:04:05", "1-2-06 15:04:05"},
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(0, 3_000_000_000).Draw(t, "unix"), 0).UTC()
		order := rapid.SampledFrom([]string{ymd, dmy, mdy}).Draw(t, "order")
		layout := rapid.SampledFrom(layouts[order]).Draw(t, "layout")
		r := newTimeReader(order, "", newZone(time.UTC))
		if got, _, reason := r.read(want.Format(layout)); reason != "" || !got.Equal(want) {
			t.Fatalf("%q in the order %s: %s (%s)", want.Format(layout), order, got, reason)
		}
	})
}
