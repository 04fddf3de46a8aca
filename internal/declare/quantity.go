package declare

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// What a person writes for a length of time, money, a share, a time of day or
// days of the week, and back.

var units = []struct {
	length time.Duration
	one    string // how it is written
	names  []string
}{
	{7 * 24 * time.Hour, "week", []string{"w", "week", "weeks"}},
	{24 * time.Hour, "day", []string{"d", "day", "days"}},
	{time.Hour, "hour", []string{"h", "hr", "hrs", "hour", "hours"}},
	{time.Minute, "minute", []string{"m", "min", "mins", "minute", "minutes"}},
	{time.Second, "second", []string{"s", "sec", "secs", "second", "seconds"}},
}

var lengthPart = regexp.MustCompile(`^\s*(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)`)

// maxLength is ten years: longer is a slip of the pen.
const maxLength = 10 * 366 * 24 * time.Hour

// ParseLength reads "4h", "2 days", "1 h 30 min", "4 business hours". A business
// day is as long as the business hours of one day.
func ParseLength(text string, hours cx.Hours) (length time.Duration, business bool, err error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	if strings.Contains(rest, "business") {
		business = true
		rest = strings.Join(strings.Fields(strings.Replace(rest, "business", " ", 1)), " ")
	}
	bad := cx.Errorf(cx.Invalid, "%q is not a length of time", text).
		WithRemedy(`Write it like "90 s", "4h", "1 h 30 min", "2 days" or "4 business hours".`)
	if rest == "" {
		return 0, false, bad
	}
	total := 0.0
	for rest != "" {
		m := lengthPart.FindStringSubmatch(rest)
		if m == nil {
			return 0, false, bad
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, false, bad
		}
		unit := time.Duration(0)
		for _, u := range units {
			for _, name := range u.names {
				if name == m[2] {
					unit = u.length
				}
			}
		}
		if unit == 0 {
			return 0, false, bad
		}
		if business && unit >= 24*time.Hour {
			if unit == 7*24*time.Hour {
				return 0, false, cx.Errorf(cx.Invalid, "%q: business weeks are not counted", text).WithRemedy("Write business hours or business days.")
			}
			if hours.To > hours.From {
				unit = hours.To - hours.From
			}
		}
		total += n * float64(unit)
		rest = strings.TrimSpace(rest[len(m[0]):])
	}
	if total > float64(maxLength) {
		return 0, false, cx.Errorf(cx.Invalid, "%q is longer than ten years", text)
	}
	length = time.Duration(math.Round(total))
	if length <= 0 {
		return 0, false, cx.Errorf(cx.Invalid, "%q is no time at all", text)
	}
	return length, business, nil
}

// FormatLength writes the largest units that give it back exactly.
func FormatLength(d time.Duration, business bool) string {
	var parts []string
	for _, u := range units {
		if business && u.length > time.Hour {
			continue
		}
		n := d / u.length
		if u.length == time.Second && d%time.Second != 0 {
			parts = append(parts, strconv.FormatFloat(d.Seconds(), 'f', -1, 64)+" seconds")
			break
		}
		if n == 0 {
			continue
		}
		d -= n * u.length
		name := u.one
		if n != 1 {
			name += "s"
		}
		if business && len(parts) == 0 {
			name = "business " + name
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, name))
	}
	return strings.Join(parts, " ")
}

var moneyShape = regexp.MustCompile(`^(\d{1,12})(?:\.(\d{1,3}))?\s*([A-Z]{3})$`)

// ParseMoney reads "7.50 EUR".
func ParseMoney(text string) (cx.Money, error) {
	bad := cx.Errorf(cx.Invalid, "%q is not an amount of money", text).WithRemedy(`Write it like "7.50 EUR": a decimal point, then the currency's three letters.`)
	m := moneyShape.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return cx.Money{}, bad
	}
	digits := cx.Decimals(m[3])
	fraction := m[2]
	if len(fraction) > digits {
		if strings.Trim(fraction[digits:], "0") != "" {
			return cx.Money{}, cx.Errorf(cx.Invalid, "%q: %s has %d digits after the point", text, m[3], digits)
		}
		fraction = fraction[:digits]
	}
	fraction += strings.Repeat("0", digits-len(fraction))
	minor, err := strconv.ParseInt(m[1]+fraction, 10, 64)
	if err != nil {
		return cx.Money{}, bad
	}
	return cx.Money{Minor: minor, Currency: m[3]}, nil
}

// FormatMoney writes what ParseMoney reads.
func FormatMoney(m cx.Money) string {
	digits := cx.Decimals(m.Currency)
	if digits == 0 {
		return fmt.Sprintf("%d %s", m.Minor, m.Currency)
	}
	whole := int64(math.Pow10(digits))
	return fmt.Sprintf("%d.%0*d %s", m.Minor/whole, digits, m.Minor%whole, m.Currency)
}

// ParseShare reads "80 %" or 0.8.
func ParseShare(text string) (float64, error) {
	bad := cx.Errorf(cx.Invalid, "%q is not a share", text).WithRemedy(`Write it like "90 %%" or 0.9: more than nothing and at most all.`)
	digits, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || math.IsNaN(v) {
		return 0, bad
	}
	if percent {
		v /= 100
	}
	if v <= 0 || v > 1 {
		return 0, bad
	}
	return v, nil
}

// FormatShare writes what ParseShare reads.
func FormatShare(v float64) string {
	percent := strconv.FormatFloat(math.Round(v*1e6)/1e4, 'f', -1, 64)
	if back, err := ParseShare(percent + " %"); err == nil && back == v {
		return percent + " %"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// ParseClock reads "07:30"; "24:00" is the end of the day.
func ParseClock(text string) (time.Duration, error) {
	var h, m int
	if n, err := fmt.Sscanf(text+"\n", "%d:%02d\n", &h, &m); err != nil || n != 2 || h < 0 || m < 0 || m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, cx.Errorf(cx.Invalid, "%q is not a time of day", text).WithRemedy(`Write it like "07:30"; "24:00" is the end of the day.`)
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, nil
}

// FormatClock writes what ParseClock reads.
func FormatClock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// DayNames are the short names of days, indexed by time.Weekday.
var DayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// parseDay reads the first three letters of an English day, "mon" or "Monday".
func parseDay(text string) (time.Weekday, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	for i, name := range DayNames {
		if word == name || word == strings.ToLower(time.Weekday(i).String()) {
			return time.Weekday(i), nil
		}
	}
	return 0, cx.Errorf(cx.Invalid, "%q is not a day of the week", text).WithRemedy("Write mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri.")
}

// ParseDays reads "mon" or "mon-fri"; a range may run over the week's end.
func ParseDays(text string) ([]time.Weekday, error) {
	from, to, isRange := strings.Cut(text, "-")
	first, err := parseDay(from)
	if err != nil {
		return nil, err
	}
	if !isRange {
		return []time.Weekday{first}, nil
	}
	last, err := parseDay(to)
	if err != nil {
		return nil, err
	}
	days := []time.Weekday{first}
	for d := first; d != last; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, nil
}
