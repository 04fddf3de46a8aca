package question

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Write says a cell in words and figures, as the command line and pages show it:
// a share as "34 %", seconds as "2 min 49 s", a withheld number as such.
func (c Column) Write(cell Cell) string {
	c = c.of(cell)
	switch {
	case cell.Withheld:
		return fmt.Sprintf("too few to tell (n = %d)", cell.N)
	case cell.Number == nil:
		return cell.Text
	default:
		return c.Figure(*cell.Number)
	}
}

// WriteInterval says an interval in the column's unit: "31–37 %"; "" without one.
func (c Column) WriteInterval(cell Cell) string {
	if cell.Interval == nil || cell.Withheld {
		return ""
	}
	c = c.of(cell)
	low, high := c.Figure(cell.Interval.Low), c.Figure(cell.Interval.High)
	if math.IsInf(cell.Interval.High, 1) {
		high = "?"
	}
	// The unit stands once where both ends share it: not in "7 d 3 h to 9 d 3 h".
	if unit := strings.TrimLeft(low, "0123456789.,−-"); unit != "" && !strings.ContainsAny(unit, "0123456789") && strings.TrimLeft(high, "0123456789.,−-") == unit {
		low = strings.TrimSuffix(low, unit)
	}
	return low + " to " + high
}

// of is the column with the cell's own unit, if it has one.
func (c Column) of(cell Cell) Column {
	if cell.Unit != "" {
		c.Unit = cell.Unit
	}
	return c
}

// Figure writes one number in the column's unit.
func (c Column) Figure(v float64) string {
	if currency, money := strings.CutPrefix(c.Unit, "money "); money {
		return amount(v, currency)
	}
	switch c.Unit {
	case "share":
		return shareFigure(v)
	case "seconds":
		return Duration(v)
	case "count":
		return grouped(int64(math.Round(v)))
	case "days":
		if v == 1 {
			return "1 day"
		}
		return grouped(int64(math.Round(v))) + " days"
	case "points": // NPS: −100 to 100
		return signed(strconv.FormatFloat(v, 'f', 1, 64))
	case "score":
		return signed(strconv.FormatFloat(v, 'f', 2, 64))
	case "date":
		return time.Unix(int64(v), 0).UTC().Format(time.DateOnly)
	}
	return signed(strconv.FormatFloat(v, 'g', 4, 64))
}

// amount says an amount of money; from a thousand on, nobody counts the cents.
func amount(v float64, currency string) string {
	digits := cx.Decimals(currency)
	if math.Abs(v) >= 1000 {
		digits = 0
	}
	text := strconv.FormatFloat(v, 'f', digits, 64)
	whole, cents, _ := strings.Cut(text, ".")
	n, _ := strconv.ParseInt(whole, 10, 64)
	if cents != "" {
		cents = "." + cents
	}
	return grouped(n) + cents + " " + currency
}

func shareFigure(v float64) string {
	percent := v * 100
	switch {
	case percent == 0 || percent == 100 || math.Abs(percent) >= 9.95:
		return signed(strconv.FormatFloat(percent, 'f', 0, 64)) + " %"
	case math.Abs(percent) >= 0.1:
		return signed(strconv.FormatFloat(percent, 'f', 1, 64)) + " %"
	}
	return signed(strconv.FormatFloat(percent, 'g', 2, 64)) + " %"
}

// Duration says a length in seconds with two units at most: "22 s", "2 min 49 s",
// "3 h 5 min", "2 d 4 h".
func Duration(seconds float64) string {
	if math.IsInf(seconds, 0) || math.IsNaN(seconds) {
		return "not reached"
	}
	sign := ""
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	if seconds < 10 && seconds != math.Trunc(seconds) {
		return sign + strconv.FormatFloat(seconds, 'f', 1, 64) + " s"
	}
	s := int64(math.Round(seconds))
	two := func(big int64, bigName string, small int64, smallName string) string {
		if small == 0 {
			return fmt.Sprintf("%s%d %s", sign, big, bigName)
		}
		return fmt.Sprintf("%s%d %s %d %s", sign, big, bigName, small, smallName)
	}
	switch {
	case s < 60:
		return fmt.Sprintf("%s%d s", sign, s)
	case s < 3600:
		return two(s/60, "min", s%60, "s")
	case s < 86400:
		return two(s/3600, "h", s%3600/60, "min")
	}
	return two(s/86400, "d", s%86400/3600, "h")
}

// grouped writes a whole number with thin groups of three: 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(s, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n < 0 {
		return "−" + digits
	}
	return digits
}

// signed uses the minus sign that figures deserve.
func signed(s string) string {
	if s == "-0" || s == "-0.0" || s == "-0.00" {
		return s[1:]
	}
	return strings.Replace(s, "-", "−", 1)
}
