package ingest

import (
	"testing"
	"time"
)

func TestNumbersAreReadByTheirDecimalSign(t *testing.T) {
	cases := []struct {
		text    string
		decimal byte
		want    float64
		ok      bool
	}{
		{"12", '.', 12, true},
		{"-3.5", '.', -3.5, true},
		{"1,234.5", '.', 1234.5, true},
		{"1,5", '.', 0, false}, // never 15
		{"1.5", ',', 0, false},
		{"1,5", ',', 1.5, true},
		{"1.234,5", ',', 1234.5, true},
		{"1.234", ',', 1234, true},
		{"12,34,567.8", '.', 1234567.8, true},
		{"1 234,50", ',', 1234.5, true},
		{"1'234.50", '.', 1234.5, true},
		{"€ 12.50", '.', 12.5, true},
		{"12,50 EUR", ',', 12.5, true},
		{"-$5", '.', -5, true},
		{"(5.00)", '.', -5, true},
		{"5-", '.', -5, true},
		{"95%", '.', 95, true},
		{"", '.', 0, false},
		{".", '.', 0, false},
		{"1.2.3", '.', 0, false},
		{"NaN", '.', 0, false},
		{"1e5", '.', 0, false},
		{"--5", '.', 0, false},
	}
	for _, c := range cases {
		t.Run(c.text+" with "+string(c.decimal), func(t *testing.T) {
			if got, ok := parseDecimal(c.text, c.decimal); got != c.want || ok != c.ok {
				t.Errorf("got %g, %v", got, ok)
			}
		})
	}
}

func TestAmountsKeepEveryCent(t *testing.T) {
	cases := []struct {
		text    string
		decimal byte
		digits  int
		want    int64
		ok      bool
	}{
		{"12.50", '.', 2, 1250, true},
		{"0.1", '.', 2, 10, true},
		{"1.005", '.', 2, 101, true},
		{"-1.005", '.', 2, -101, true},
		{"3000", '.', 0, 3000, true},
		{"1.234,567", ',', 3, 1234567, true},
		{"90071992547409.93", '.', 2, 9007199254740993, true}, // more than a float64 holds
		{"99999999999999999999", '.', 2, 0, false},
		{"twelve", '.', 2, 0, false},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			if got, ok := minorUnits(c.text, c.decimal, c.digits); got != c.want || ok != c.ok {
				t.Errorf("got %d, %v", got, ok)
			}
		})
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90": 90 * time.Second, "1.5": 1500 * time.Millisecond, "1:30": 90 * time.Second, "1:00:05": 3605 * time.Second, "-37": -37 * time.Second,
	} {
		if got, ok := parseDuration(text, time.Second, '.'); !ok || got != want {
			t.Errorf("%s: %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "soon", "1:75", "1:2:3:4", "1e99"} {
		if got, ok := parseDuration(text, time.Second, '.'); ok {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

func TestCustomerKeysAreNormalised(t *testing.T) {
	emails := map[string]string{
		" Ana.Silva@Example.COM ":   "ana.silva@example.com",
		"Ana Silva <ana@x.example>": "ana@x.example",
		"käthe@müller.example":      "käthe@xn--mller-kva.example",
		"a+b@x.co.uk":               "a+b@x.co.uk",
		"not an address":            "", "a@b": "", "@x.example": "", "a@@x.example": "", "a@x..example": "", "": "", "a.@x.example": "",
	}
	for text, want := range emails {
		if got, ok := NormalEmail(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", text, got, ok, want)
		}
	}
	phones := []struct{ text, country, want string }{
		{"030 901820", "DE", "+4930901820"},
		{"+49 (30) 90 18 20", "", "+4930901820"},
		{"0049 30 901820", "", "+4930901820"},
		{"'+4930901820", "", "+4930901820"},
		{"(202) 456-1111", "US", "+12024561111"},
		{"030 901820", "", ""},
		{"12", "DE", ""},
		{"call me", "DE", ""},
	}
	for _, c := range phones {
		if got, ok := NormalPhone(c.text, c.country); got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q: %q, %v, want %q", c.text, c.country, got, ok, c.want)
		}
	}
}
