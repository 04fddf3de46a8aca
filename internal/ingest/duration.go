package ingest

import (
	"strings"
	"time"
)

// The units of durations, as mapping files name them.
var unitWords = []string{"ms", "s", "min", "h"}

func unitOf(word string) time.Duration {
	switch word {
	case "ms":
		return time.Millisecond
	case "min":
		return time.Minute
	case "h":
		return time.Hour
	}
	return time.Second
}

// parseDuration reads a number of units, or h:mm:ss and mm:ss.
func parseDuration(s string, unit time.Duration, decimal byte) (time.Duration, bool) {
	if strings.IndexByte(s, ':') >= 0 {
		return parseColons(s)
	}
	v, ok := parseDecimal(s, decimal)
	if !ok || v > 1e9*float64(time.Second/time.Millisecond) {
		return 0, false
	}
	d := v * float64(unit)
	if d > 100*365*24*float64(time.Hour) || d < -100*365*24*float64(time.Hour) {
		return 0, false
	}
	return time.Duration(d), true
}

func parseColons(s string) (time.Duration, bool) {
	negative := strings.HasPrefix(s, "-")
	parts := strings.Split(strings.TrimPrefix(s, "-"), ":")
	if len(parts) > 3 {
		return 0, false
	}
	var total float64
	for i, p := range parts {
		v, ok := plainNumber(p)
		if !ok || v < 0 || (i > 0 && v >= 60) || v > 1e6 {
			return 0, false
		}
		total = total*60 + v
	}
	d := time.Duration(total * float64(time.Second))
	if negative {
		d = -d
	}
	return d, true
}
