package ingest

import "strings"

// parseWall reads a date, with or without a time of day and an offset, in one
// pass and without trying layouts: numbers and month names, put in place by
// order. A year of four digits in front is a year whatever the order. Years of
// two digits are 1970–2069.
func parseWall(s, order string) (w wallTime, reason string) {
	if readISO(s, &w) && plausible(w.year) == "" {
		return w, ""
	}
	w = wallTime{}
	s = strings.TrimSpace(s)
	rest, ok := parseDate(s, order, &w)
	if !ok {
		return w, "not a date in the order " + orderWords(order)
	}
	if w.month < 1 || w.month > 12 || w.day < 1 || w.day > daysIn(w.year, w.month) {
		return w, "no such day in the order " + orderWords(order)
	}
	if reason := plausible(w.year); reason != "" {
		return w, reason
	}
	if rest = strings.TrimLeft(rest, " ,"); rest == "" {
		return w, ""
	}
	if rest[0] == 'T' || rest[0] == 't' {
		rest = rest[1:]
	}
	rest = strings.TrimPrefix(rest, "at ")
	if rest, ok = parseClock(rest, &w); !ok {
		return w, "not a time of day after the date"
	}
	if rest = strings.TrimSpace(rest); rest != "" && !parseOffset(rest, &w) {
		return w, "an unknown time zone after the time"
	}
	return w, ""
}

// readISO reads 2024-01-31 and 2024-01-31 15:30:00, also with a T: what most exports
// write. It reports false for everything else and for what no calendar or clock has.
func readISO(s string, w *wallTime) bool {
	if len(s) != 10 && len(s) != 19 || s[4] != '-' || s[7] != '-' {
		return false
	}
	ok := true
	two := func(at int) int {
		a, b := s[at]-'0', s[at+1]-'0'
		ok = ok && a <= 9 && b <= 9
		return int(a)*10 + int(b)
	}
	w.year, w.month, w.day = two(0)*100+two(2), two(5), two(8)
	if len(s) == 19 {
		ok = ok && (s[10] == ' ' || s[10] == 'T') && s[13] == ':' && s[16] == ':'
		w.hour, w.minute, w.second, w.hasClock = two(11), two(14), two(17), true
	}
	return ok && w.month >= 1 && w.month <= 12 && w.day >= 1 && w.day <= daysIn(w.year, w.month) &&
		w.hour < 24 && w.minute < 60 && w.second < 60
}

func orderWords(order string) string {
	switch order {
	case dmy:
		return "day, month, year"
	case mdy:
		return "month, day, year"
	}
	return "year, month, day"
}

// parseDate reads the date and returns what follows it.
func parseDate(s, order string, w *wallTime) (rest string, ok bool) {
	if len(s) > 0 && isLetter(s[0]) { // "Mon, 2 Jan 2006"
		word, after := letters(s)
		if monthNumber(word) == 0 {
			if len(word) < 2 {
				return s, false
			}
			s = strings.TrimLeft(after, ",. ")
		}
	}
	var values, widths [3]int
	month := -1 // which of the three was a name
	for i := range 3 {
		if s != "" && isLetter(s[0]) {
			word, after := letters(s)
			if month >= 0 || monthNumber(word) == 0 {
				return s, false
			}
			month, values[i], s = i, monthNumber(word), strings.TrimPrefix(after, ".")
		} else {
			v, n := digits(s)
			if n == 0 {
				return s, false
			}
			if i == 0 && n >= 6 {
				return parseCompact(s[:n], s[n:], order, w)
			}
			values[i], widths[i], s = v, n, s[n:]
			if month < 0 && i == 0 && len(s) > 2 && isOrdinal(s) { // "2nd of January"
				s = s[2:]
			}
		}
		if i < 2 {
			cut := strings.TrimLeft(s, "-/. ,")
			if month < 0 && len(cut) == len(s) && (cut == "" || !isLetter(cut[0])) {
				return s, false
			}
			s = cut
		}
	}
	d, m, y := place(values, widths, month, order)
	if widths[y] > 4 || widths[d] > 2 || (month < 0 && widths[m] > 2) {
		return s, false
	}
	w.day, w.month, w.year = values[d], values[m], values[y]
	if widths[y] <= 2 {
		w.year = century(values[y])
	}
	return s, true
}

// place says which of three parts is day, month and year.
func place(values, widths [3]int, month int, order string) (d, m, y int) {
	if month < 0 && widths[0] > 2 { // a year stands in front
		return 2, 1, 0
	}
	if month >= 0 {
		others := [2]int{}
		n := 0
		for i := range 3 {
			if i != month {
				others[n] = i
				n++
			}
		}
		d, y = others[0], others[1]
		if widths[d] > 2 || values[d] > 31 || order == ymd && month == 1 && widths[y] <= 2 {
			d, y = y, d
		}
		return d, month, y
	}
	switch order {
	case dmy:
		return 0, 1, 2
	case mdy:
		return 1, 0, 2
	}
	return 2, 1, 0
}

func century(y int) int {
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}

// parseCompact reads 990131, 20240131 and, with a clock, 20240131153000.
func parseCompact(s, rest, order string, w *wallTime) (string, bool) {
	clock := ""
	switch len(s) {
	case 12, 14:
		s, clock = s[:8], s[8:]
	case 6, 8:
	default:
		return rest, false
	}
	year := len(s) - 4 // digits of the year
	num := func(from, n int) int { v, _ := digits(s[from : from+n]); return v }
	switch order {
	case dmy:
		w.day, w.month, w.year = num(0, 2), num(2, 2), num(4, year)
	case mdy:
		w.month, w.day, w.year = num(0, 2), num(2, 2), num(4, year)
	default:
		w.year, w.month, w.day = num(0, year), num(year, 2), num(year+2, 2)
	}
	if year == 2 {
		w.year = century(w.year)
	}
	return clock + rest, true
}

// parseClock reads a time of day: 7:02, 07:02:47.123, 3:53:50 PM, 070247.
func parseClock(s string, w *wallTime) (rest string, ok bool) {
	s = strings.TrimSpace(s)
	v, n := digits(s)
	switch {
	case n == 4 || n == 6: // compact
		full := s[:n]
		w.hour, _ = digits(full[:2])
		w.minute, _ = digits(full[2:4])
		if n == 6 {
			w.second, _ = digits(full[4:])
		}
		s = s[n:]
	case (n == 1 || n == 2) && len(s) > n && s[n] == ':':
		w.hour = v
		if w.minute, n, s = pair(s[n+1:]); n == 0 {
			return s, false
		}
		if s != "" && s[0] == ':' {
			if w.second, n, s = pair(s[1:]); n == 0 {
				return s, false
			}
		}
	default:
		return s, false
	}
	if len(s) > 1 && (s[0] == '.' || s[0] == ',') && isDigit(s[1]) {
		s = fraction(s[1:], w)
	}
	s = halfDay(s, w)
	if w.hour < 0 || w.hour > 24 || w.minute > 59 || w.second > 60 || (w.hour == 24 && w.minute+w.second+w.nano > 0) {
		return s, false
	}
	w.hasClock = true
	return s, true
}

func pair(s string) (v, n int, rest string) {
	v, n = digits(s)
	if n == 0 || n > 2 {
		return 0, 0, s
	}
	return v, n, s[n:]
}

func fraction(s string, w *wallTime) string {
	scale := 100_000_000
	for s != "" && isDigit(s[0]) {
		w.nano += int(s[0]-'0') * scale
		scale /= 10
		s = s[1:]
	}
	return s
}

// halfDay reads AM and PM. An hour that the half-day clock does not have becomes
// invalid.
func halfDay(s string, w *wallTime) string {
	t := strings.TrimLeft(s, " \u00a0\u202f")
	if len(t) < 2 || (t[0]|0x20 != 'a' && t[0]|0x20 != 'p') {
		return s
	}
	after := strings.TrimPrefix(t[1:], ".")
	if after == "" || after[0]|0x20 != 'm' {
		return s
	}
	if w.hour < 1 || w.hour > 12 {
		w.hour = -1
		return after[1:]
	}
	if w.hour %= 12; t[0]|0x20 == 'p' {
		w.hour += 12
	}
	return strings.TrimPrefix(after[1:], ".")
}

// parseOffset reads Z, UTC, GMT, +02:00, +0200, +02 and "UTC+2".
func parseOffset(s string, w *wallTime) bool {
	w.hasOffset = true
	for _, name := range []string{"UTC", "GMT", "Z", "z"} {
		if after, ok := strings.CutPrefix(s, name); ok {
			if s = after; s == "" {
				return true
			}
			break
		}
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	v, n := digits(s[1:])
	rest := s[1+n:]
	minutes := 0
	switch n {
	case 4:
		v, minutes = v/100, v%100
	case 1, 2:
		if rest != "" && rest[0] == ':' {
			m, k := digits(rest[1:])
			if k != 2 {
				return false
			}
			minutes, rest = m, rest[3:]
		}
	default:
		return false
	}
	if v > 15 || minutes > 59 || rest != "" {
		return false
	}
	w.offset = sign * (v*3600 + minutes*60)
	return true
}

func digits(s string) (v, n int) {
	for n < len(s) && n < 18 && isDigit(s[n]) {
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || b >= 0x80 }

func letters(s string) (word, rest string) {
	n := 0
	for n < len(s) && isLetter(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

func isOrdinal(s string) bool {
	switch s[:2] {
	case "st", "nd", "rd", "th":
		return len(s) == 2 || !isLetter(s[2])
	}
	return false
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// monthNames are the first letters by which months are told apart, in the
// languages whose exports write them out.
var monthNames = [12][]string{
	{"jan", "ene", "gen", "janv"},
	{"feb", "fév", "fev"},
	{"mar", "mär", "mrz", "maa", "mrt"},
	{"apr", "avr", "abr"},
	{"may", "mai", "mag", "mei", "maj"},
	{"jun", "juin", "giu"},
	{"jul", "juil", "lug"},
	{"aug", "aoû", "aou", "ago"},
	{"sep", "set"},
	{"oct", "okt", "ott", "out"},
	{"nov"},
	{"dec", "dez", "déc", "dic"},
}

// monthNumber is the month that a word names, 0 if none.
func monthNumber(word string) int {
	if len(word) < 3 || len(word) > 12 {
		return 0
	}
	word = strings.ToLower(word)
	if strings.HasPrefix(word, "juil") {
		return 7
	}
	for i, names := range monthNames {
		for _, name := range names {
			if strings.HasPrefix(word, name) {
				return i + 1
			}
		}
	}
	return 0
}
