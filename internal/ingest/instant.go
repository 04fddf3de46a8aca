package ingest

import (
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// The orders in which dates are written, as mapping files name them.
const (
	dmy     = "dmy"
	mdy     = "mdy"
	ymd     = "ymd"
	epochS  = "epoch_s"
	epochMS = "epoch_ms"
	epochUS = "epoch_us"
	excel   = "excel"
)

var timeOrders = []string{dmy, mdy, ymd, epochS, epochMS, epochUS, excel}

// wallTime is a date and time of day as written, in a zone that may be stated.
type wallTime struct {
	year, month, day     int
	hour, minute, second int
	nano                 int
	hasClock             bool
	hasOffset            bool
	offset               int // seconds east of UTC, when stated
}

// seconds is the wall time as if it were UTC.
func (w wallTime) seconds() int64 {
	return daysFromCivil(w.year, w.month, w.day)*86400 + int64(w.hour)*3600 + int64(w.minute)*60 + int64(w.second)
}

// daysFromCivil counts the days since 1970-01-01 of the Gregorian calendar
// (Hinnant 2013, "chrono-compatible low-level date algorithms").
func daysFromCivil(y, m, d int) int64 {
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int64(era)*146097 + int64(doe) - 719468
}

// zone turns wall times into instants. Where clocks go forward, a time in the gap
// is shifted forward by the gap; where they go back, the first of the two is
// taken. Not for use by several goroutines.
type zone struct {
	loc *time.Location
	// The last days looked at whose offset is the same from a day before to a
	// day after, by day number.
	days    [64]int64
	offsets [64]int64
}

func newZone(loc *time.Location) *zone {
	z := &zone{loc: loc}
	for i := range z.days {
		z.days[i] = -1 << 62
	}
	return z
}

// instant is the moment of a wall time.
func (z *zone) instant(w wallTime) time.Time {
	s := w.seconds()
	if w.hasOffset {
		return time.Unix(s-int64(w.offset), int64(w.nano)).UTC()
	}
	day := s / 86400
	slot := &z.days[day&63]
	if *slot == day {
		return time.Unix(s-z.offsets[day&63], int64(w.nano)).UTC()
	}
	before, after := z.offsetAt(s-86400), z.offsetAt(s+86400)
	if before == after {
		if z.offsetAt(day*86400-86400) == before && z.offsetAt(day*86400+2*86400) == before {
			*slot, z.offsets[day&63] = day, before
		}
		return time.Unix(s-before, int64(w.nano)).UTC()
	}
	first, second := s-before, s-after
	if z.offsetAt(first) == before || z.offsetAt(second) != after {
		return time.Unix(first, int64(w.nano)).UTC() // before the change, in the overlap's first pass, or in the gap
	}
	return time.Unix(second, int64(w.nano)).UTC()
}

func (z *zone) offsetAt(unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(z.loc).Zone()
	return int64(offset)
}

// timeReader reads the times of one column.
type timeReader struct {
	order     string
	layout    string
	layoutHas struct{ zone, clock bool }
	zone      *zone
}

func newTimeReader(order, layout string, z *zone) timeReader {
	r := timeReader{order: order, layout: layout, zone: z}
	if layout != "" {
		r.layoutHas.zone = layoutHasZone(layout)
		r.layoutHas.clock = strings.Contains(layout, "15") || strings.Contains(layout, "3") || strings.Contains(layout, "03")
	}
	return r
}

func layoutHasZone(layout string) bool {
	return strings.Contains(layout, "Z07") || strings.Contains(layout, "-07") || strings.Contains(layout, "MST")
}

// checkLayout demands that a layout says at least year, month and day.
func checkLayout(layout string) error {
	if layout == "" {
		return nil
	}
	probe := time.Date(2013, 11, 25, 21, 47, 38, 0, time.UTC)
	t, err := time.Parse(layout, probe.Format(layout))
	if err != nil || t.Year() != 2013 || t.Month() != 11 || t.Day() != 25 {
		return cx.Errorf(cx.Invalid, "the layout %q does not say year, month and day", layout).
			WithRemedy("Write how 2 January 2006, 15:04:05 would look, such as 02.01.2006 15:04.")
	}
	return nil
}

// read reads a time. reason is empty when it succeeded.
func (r *timeReader) read(s string) (t time.Time, precision cx.TimePrecision, reason string) {
	switch {
	case r.layout != "":
		return r.readLayout(s)
	case strings.HasPrefix(r.order, "epoch"):
		return readEpoch(s, r.order)
	case r.order == excel:
		return r.readExcel(s)
	}
	w, reason := parseWall(s, r.order)
	if reason != "" {
		return t, 0, reason
	}
	precision = cx.ToTheSecond
	if !w.hasClock {
		precision = cx.ToTheDay
	}
	return r.zone.instant(w), precision, ""
}

// readWithClock reads a date from one cell and the time of day from another.
func (r *timeReader) readWithClock(date, clock string) (time.Time, string) {
	order := r.order
	w, reason := parseWall(date, order)
	if reason != "" {
		return time.Time{}, reason
	}
	rest, ok := parseClock(clock, &w)
	if !ok || strings.TrimSpace(rest) != "" {
		return time.Time{}, "not a time of day"
	}
	return r.zone.instant(w), ""
}

func (r *timeReader) readLayout(s string) (time.Time, cx.TimePrecision, string) {
	t, err := time.Parse(r.layout, s)
	if err != nil {
		return t, 0, "not a time written as " + r.layout
	}
	precision := cx.ToTheDay
	if r.layoutHas.clock {
		precision = cx.ToTheSecond
	}
	if !r.layoutHas.zone {
		t = r.zone.instant(wallTime{
			year: t.Year(), month: int(t.Month()), day: t.Day(),
			hour: t.Hour(), minute: t.Minute(), second: t.Second(), nano: t.Nanosecond(),
		})
	}
	if reason := plausible(t.Year()); reason != "" {
		return t, 0, reason
	}
	return t.UTC(), precision, ""
}

func readEpoch(s, order string) (t time.Time, _ cx.TimePrecision, reason string) {
	perSecond := int64(1)
	switch order {
	case epochMS:
		perSecond = 1000
	case epochUS:
		perSecond = 1_000_000
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		t = time.Unix(n/perSecond, n%perSecond*(1_000_000_000/perSecond)).UTC()
	} else if f, err := strconv.ParseFloat(s, 64); err == nil && f > -1e18 && f < 1e18 {
		whole := int64(f)
		t = time.Unix(whole/perSecond, whole%perSecond*(1_000_000_000/perSecond)).
			Add(time.Duration((f - float64(whole)) * 1e9 / float64(perSecond))).UTC()
	} else {
		return t, 0, "not a number of seconds since 1970"
	}
	return t, cx.ToTheSecond, plausible(t.Year())
}

// readExcel reads a day number of the 1900 date system.
func (r *timeReader) readExcel(s string) (time.Time, cx.TimePrecision, string) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 1 || v > 200_000 {
		return time.Time{}, 0, "not an Excel day number"
	}
	ms := int64(v*86_400_000 + 0.5)
	utc := time.UnixMilli(ms - 2_209_161_600_000).UTC() // days since 1899-12-30
	if reason := plausible(utc.Year()); reason != "" {
		return time.Time{}, 0, reason
	}
	w := wallTime{
		year: utc.Year(), month: int(utc.Month()), day: utc.Day(),
		hour: utc.Hour(), minute: utc.Minute(), second: utc.Second(), nano: utc.Nanosecond(),
	}
	precision := cx.ToTheSecond
	if v == float64(int64(v)) {
		precision = cx.ToTheDay
	}
	return r.zone.instant(w), precision, ""
}

// plausible refuses years that only a misreading gives.
func plausible(year int) string {
	if year < 1900 || year > 2200 {
		return "the year is not between 1900 and 2200"
	}
	return ""
}
