package question

import (
	"math"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFiguresReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		unit string
		v    float64
		want string
	}{
		{"share", 0.344, "34 %"},
		{"share", 0.0344, "3.4 %"},
		{"share", 0, "0 %"},
		{"share", 1, "100 %"},
		{"seconds", 22, "22 s"},
		{"seconds", 169, "2 min 49 s"},
		{"seconds", 7200, "2 h"},
		{"seconds", 187200, "2 d 4 h"},
		{"seconds", math.Inf(1), "not reached"},
		{"count", 1234567, "1,234,567"},
		{"count", -1234, "−1,234"},
		{"points", -12.34, "−12.3"},
		{"score", 4.256, "4.26"},
	} {
		if got := (Column{Unit: c.unit}).Figure(c.v); got != c.want {
			t.Errorf("%v %s reads %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}

func TestAWithheldCellShowsNoNumber(t *testing.T) {
	v := 0.5
	got := Column{Unit: "share"}.Write(Cell{Number: &v, N: 3, Withheld: true})
	if got != "too few to tell (n = 3)" {
		t.Errorf("got %q", got)
	}
}

func TestAnIntervalSaysItsUnitOnceOnlyWhereItIsOne(t *testing.T) {
	for _, c := range []struct {
		unit      string
		low, high float64
		want      string
	}{
		{"share", .31, .37, "31 to 37 %"},
		{"seconds", 21, 22, "21 to 22 s"},
		{"seconds", 7*86400 + 3*3600, 9*86400 + 3*3600, "7 d 3 h to 9 d 3 h"},
		{"seconds", 55, 63, "55 s to 1 min 3 s"},
	} {
		if got := (Column{Unit: c.unit}).WriteInterval(Cell{Interval: &Interval{c.low, c.high}}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestParamsSurviveALink(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "from"), 0).UTC()
		p := Params{Journey: rapid.StringMatching(`[a-z]{0,5}`).Draw(t, "journey"), Days: rapid.IntRange(0, 60).Draw(t, "days")}
		p.Period.From, p.Period.To = from, from.Add(time.Duration(rapid.IntRange(1, 1e6).Draw(t, "length"))*time.Second)
		p.Within = time.Duration(rapid.IntRange(0, 1000).Draw(t, "within")) * time.Minute
		back, err := ParseParams(p.Values(zone), zone)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAWindowIsReadInDays(t *testing.T) {
	for value, want := range map[string]time.Duration{"30d": 720 * time.Hour, "24h": 24 * time.Hour, "90m": 90 * time.Minute} {
		if p, err := ParseParams(url.Values{"within": {value}}, time.UTC); err != nil || p.Within != want {
			t.Errorf("%s is %s, %v", value, p.Within, err)
		}
	}
}

func TestAWrongParameterIsNamed(t *testing.T) {
	for _, q := range []string{"form=2026-01-01", "from=yesterday", "days=0", "by=hat", "within=3", "within=xd", "within=-2d", "metric=stars", "dimension=region", "from=2026-02-01&to=2026-01-01"} {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseParams(v, time.UTC); err == nil {
			t.Errorf("%s was taken", q)
		}
	}
}
