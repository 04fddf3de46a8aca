package ingest

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/currency"
)

// parseDecimal reads a number written with a decimal sign. The other sign and
// spaces may only group thousands, so that "1,5" is never read as 15.
func parseDecimal(s string, decimal byte) (float64, bool) {
	if v, ok := plainNumber(s); ok && (decimal == '.' || strings.IndexByte(s, '.') < 0) {
		return v, true
	}
	clean, ok := canonicalNumber(s, decimal)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(clean, 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// plainNumber is the quick way for 12, -3.5 and the like; what it refuses may
// still be a number.
func plainNumber(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	negative := s[0] == '-'
	i := 0
	if negative || s[0] == '+' {
		i = 1
	}
	var mantissa int64
	point, seen := -1, 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			mantissa = mantissa*10 + int64(c-'0')
			seen++
		case c == '.' && point < 0:
			point = len(s) - i - 1
		default:
			return 0, false
		}
	}
	if seen == 0 {
		return 0, false
	}
	v := float64(mantissa)
	if point > 0 {
		v /= powers[point]
	}
	if negative {
		v = -v
	}
	return v, true
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// canonicalNumber rewrites a number with a point and without grouping. It takes
// a currency sign or code around it, a percent sign behind it, and brackets or a
// trailing minus for what is below zero.
func canonicalNumber(s string, decimal byte) (string, bool) {
	s = strings.TrimSpace(s)
	negative := false
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		negative, s = true, strings.TrimSpace(s[1:len(s)-1])
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	s = trimCurrency(s)
	if rest, ok := strings.CutSuffix(s, "-"); ok && !negative {
		negative, s = true, rest
	}
	for _, sign := range []string{"-", "−", "+"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			if negative {
				return "", false
			}
			negative, s = sign != "+", trimCurrency(strings.TrimSpace(rest))
			break
		}
	}
	whole, frac, hasFrac := strings.Cut(s, string(rune(decimal)))
	whole, ok := ungroup(whole, decimal)
	if !ok || (whole == "" && frac == "") || (hasFrac && !allDigits(frac)) {
		return "", false
	}
	out := whole
	if out == "" {
		out = "0"
	}
	if frac != "" {
		out += "." + frac
	}
	if negative {
		out = "-" + out
	}
	return out, true
}

// ungroup takes thousands separators out: the first group has one to three
// digits, the others exactly three (two in the Indian way, but for the last).
func ungroup(s string, decimal byte) (string, bool) {
	if allDigits(s) {
		return s, true
	}
	other := ","
	if decimal == ',' {
		other = "."
	}
	for _, sep := range []string{other, "'", "’", " ", "\u00a0", "\u202f", "\u2009"} {
		if !strings.Contains(s, sep) {
			continue
		}
		groups := strings.Split(s, sep)
		for i, g := range groups {
			right := len(g) == 3 || (len(g) == 2 && i < len(groups)-1)
			if i == 0 {
				right = len(g) >= 1 && len(g) <= 3
			}
			if !right || !allDigits(g) {
				return "", false
			}
		}
		return strings.Join(groups, ""), true
	}
	return "", false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// trimCurrency drops a currency sign or a code of letters from either end.
func trimCurrency(s string) string {
	notNumber := func(r rune) bool {
		return r > 0x7F && r != '−' || r == '$' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ' '
	}
	return strings.TrimFunc(s, notNumber)
}

// minorUnits turns an amount into the smallest unit of its currency, rounding
// half away from zero what is finer.
func minorUnits(s string, decimal byte, digits int) (int64, bool) {
	if v, ok := plainMinor(s, decimal, digits); ok {
		return v, true
	}
	clean, ok := canonicalNumber(s, decimal)
	if !ok {
		return 0, false
	}
	clean, negative := strings.CutPrefix(clean, "-")
	whole, frac, _ := strings.Cut(clean, ".")
	up := len(frac) > digits && frac[digits] >= '5'
	if len(frac) > digits {
		frac = frac[:digits]
	}
	v, err := strconv.ParseInt(whole+frac+strings.Repeat("0", digits-len(frac)), 10, 64)
	if err != nil || v == math.MaxInt64 {
		return 0, false
	}
	if up {
		v++
	}
	if negative {
		v = -v
	}
	return v, true
}

// plainMinor is the quick way for 12.50 and the like; what it refuses may still
// be an amount.
func plainMinor(s string, decimal byte, digits int) (int64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	start := 0
	if s[0] == '-' {
		start = 1
	}
	var v int64
	decimals := -1
	for i := start; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			v = v*10 + int64(c-'0')
			if decimals >= 0 {
				decimals++
			}
		case c == decimal && decimals < 0 && i > start:
			decimals = 0
		default:
			return 0, false
		}
	}
	if decimals > digits || start == len(s) {
		return 0, false
	}
	for range digits - max(decimals, 0) {
		v *= 10
	}
	if start == 1 {
		v = -v
	}
	return v, true
}

// currencyDigits remembers how many decimals each currency has (ISO 4217).
var currencyDigits sync.Map

// decimalsOf is the number of decimals of a currency, and its code as it is
// written; ok is false where the code names none.
func decimalsOf(code string) (digits int, canonical string, ok bool) {
	if d, ok := currencyDigits.Load(code); ok {
		return d.(int), code, true
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 0, "", false
	}
	canonical = unit.String()
	digits, _ = currency.Standard.Rounding(unit)
	currencyDigits.Store(canonical, digits)
	return digits, canonical, true
}
